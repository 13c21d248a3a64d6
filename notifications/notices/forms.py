from datetime import timedelta
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import Account
from notifications.notices.services import NOTICE_TYPES, Segment, Words
from signals.models import MarketSymbol

LANGUAGES = [("", "Everybody"), ("en", "Who reads English"), ("ko", "Who reads Korean")]


class NoticeForm(forms.Form):
    """What an operator writes; nothing is sent before it was previewed and confirmed."""

    type_id = forms.ChoiceField(
        label="Type", choices=[(name, name) for name in NOTICE_TYPES], widget=UnfoldAdminSelectWidget
    )
    title_en = forms.CharField(label="Title, English", max_length=200, widget=UnfoldAdminTextInputWidget)
    message_en = forms.CharField(label="Text, English", max_length=5000, widget=UnfoldAdminTextareaWidget)
    title_ko = forms.CharField(label="Title, Korean", max_length=200, widget=UnfoldAdminTextInputWidget)
    message_ko = forms.CharField(label="Text, Korean", max_length=5000, widget=UnfoldAdminTextareaWidget)
    account_db_key = forms.IntegerField(
        label="To one account only (its key)", required=False, min_value=1, widget=UnfoldAdminIntegerFieldWidget
    )
    language = forms.ChoiceField(label="To", required=False, choices=LANGUAGES, widget=UnfoldAdminSelectWidget)
    symbol = forms.CharField(
        label="Who has an alarm on this symbol", required=False, max_length=50, widget=UnfoldAdminTextInputWidget
    )
    minutes = forms.IntegerField(
        label="Starts in so many minutes; until then it can be undone",
        min_value=1,
        max_value=7 * 24 * 60,
        initial=5,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    def clean_account_db_key(self) -> int | None:
        key: int | None = self.cleaned_data["account_db_key"]
        if key is not None and not Account.objects.filter(pk=key).exists():
            raise forms.ValidationError("There is no such account.")
        return key

    def clean_symbol(self) -> str:
        symbol = str(self.cleaned_data["symbol"])
        if symbol and not MarketSymbol.objects.filter(pk=symbol).exists():
            raise forms.ValidationError("The market has no such symbol.")
        return symbol

    @property
    def segment(self) -> Segment:
        data = self.cleaned_data
        return Segment(data["account_db_key"], data["language"], data["symbol"])

    @property
    def words(self) -> Words:
        data: dict[str, Any] = self.cleaned_data
        return Words(data["title_en"], data["message_en"], data["title_ko"], data["message_ko"])

    @property
    def wait(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])
