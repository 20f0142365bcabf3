from django import forms
from django.contrib import admin

from search.matching import forget_synonyms
from search.models import MissedSearch, Synonym
from search.query import split_words
from taxonomy.admin import ReadOnlyAdmin


class SynonymForm(forms.ModelForm):
    class Meta:
        model = Synonym
        fields = ["words", "note"]

    def clean_words(self):
        words = split_words(self.cleaned_data["words"])
        if len(words) < 2:
            raise forms.ValidationError("同じ意味の言葉を2つ以上、「、」で区切って入力してください。")
        return "、".join(dict.fromkeys(words))


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    form = SynonymForm
    list_display = ["words", "note"]
    search_fields = ["words", "note"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        forget_synonyms()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        forget_synonyms()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        forget_synonyms()


@admin.register(MissedSearch)
class MissedSearchAdmin(ReadOnlyAdmin):
    list_display = ["words", "kind", "day", "count"]
    list_filter = ["kind"]
    search_fields = ["words"]
    date_hierarchy = "day"
