"""How people get in: accounts are made by an administratör, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StangdRegistrering(DefaultAccountAdapter):
    """allauth's rules, but with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
