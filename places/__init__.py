"""The pages of prefectures and municipalities, and which towns are alike."""
