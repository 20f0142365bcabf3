"""People who sign in: mail address as the name, roles from `accounts.roles`."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from accounts.roles import Role


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """Create a person who signs in by ``email``; raises ValueError when it is empty."""
        if not email:
            raise ValueError("a user needs a mail address")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("メールアドレス", unique=True)
    display_name = models.CharField("表示名", max_length=50, blank=True)
    is_active = models.BooleanField("有効", default=True)
    joined_at = models.DateTimeField("登録日時", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "利用者"
        verbose_name_plural = "利用者"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="accounts_user_email_is_unique_in_any_case",
                violation_error_message="このメールアドレスはすでに登録されています。",
            )
        ]

    def __str__(self):
        return self.display_name or self.email

    def get_short_name(self):
        return str(self)

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the admin: the secretariat and superusers."""
        return self.is_superuser or self.has_perm("publishing.review")


class RoleAssignment(models.Model):
    """One role of one person, with who gave it and when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="role_assignments", verbose_name="利用者")
    role = models.CharField("役割", max_length=20, choices=Role.choices)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="付与した人"
    )
    granted_at = models.DateTimeField("付与日時", auto_now_add=True)

    class Meta:
        verbose_name = "役割"
        verbose_name_plural = "役割"
        ordering = ["user", "role"]
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="accounts_roleassignment_is_unique")]

    def __str__(self):
        return self.get_role_display()


class SignInTries(models.Model):
    """How often somebody tried to sign in to one account, or from one address, since when."""

    key = models.CharField("識別子", max_length=64, primary_key=True)
    count = models.PositiveIntegerField("回数", default=0)
    since = models.DateTimeField("最初の日時")

    class Meta:
        verbose_name = "サインインの試行"
        verbose_name_plural = "サインインの試行"

    def __str__(self):
        return f"{self.count}"
