"""Sentences of allauth that speak to a member otherwise than our own pages do, so that locale/ has them too.

Nothing calls this module: `make words` reads it, and what locale/ says goes before what packages bring.
"""

from django.utils.translation import gettext_noop as N_

ALLAUTH = (
    N_("Enter your password:"),
    N_("Please reauthenticate to safeguard your account."),
    N_("Use your password"),
    N_("Your email has been confirmed."),
    N_("Your password has been reset."),
    N_("Your password has been set."),
    N_("If it was you, you can sign up for an account using the link below."),
    N_("This mail can be safely ignored if you did not initiate this action."),
    N_("To confirm this is correct, go to %(activate_url)s"),
    N_("You are receiving this mail because the following change was made to your account:"),
    N_(
        "You are receiving this email because you, or someone else, tried to access an account with email "
        "%(email)s. However, we do not have any record of such an account in our database."
    ),
    N_(
        "You're receiving this email because user %(user_display)s has given your email address to register an "
        "account on %(site_domain)s."
    ),
    N_(
        "If you do not recognize this change then please take proper security precautions immediately. The change "
        "to your account originates from:\n\n- IP address: %(ip)s\n- Browser: %(user_agent)s\n- Date: %(timestamp)s"
    ),
)
