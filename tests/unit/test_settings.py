"""Settings: what an operator writes into the environment becomes values, or a sentence."""

from __future__ import annotations

import pytest

from bot.settings import Settings, WrongSetting, can_be, read_settings

REDIS_WITH_PASSWORD = "redis://:hunter2@127.0.0.1:6379/0"
KEY = "k" * 32


def sentence(**environment: str) -> str:
    with pytest.raises(WrongSetting) as wrong:
        read_settings(environment)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "http"}, "The setting PORT is 'http'; it can be a number from 0 to 65535."),
        ({"IDLE_MINUTES": "nan"}, "The setting IDLE_MINUTES is 'nan'; it can be a number from 0.01 to 30."),
        ({"MOST_WAITING": "0"}, "The setting MOST_WAITING is '0'; it can be a number from 1 to 10000."),
        ({"LOG_LEVEL": "debug"}, "The setting LOG_LEVEL is 'debug'; it can be DEBUG, ERROR, INFO, WARNING."),
        (
            {"EXIT_ADDRESS": "example.org"},
            "The setting EXIT_ADDRESS is 'example.org'; it can be a website like https://example.org/.",
        ),
        (
            {"ALLOWED_ORIGINS": "https://a.example b.example"},
            "The setting ALLOWED_ORIGINS has 'b.example'; it can be websites like https://example.org, "
            "in small letters, without a path, with spaces between them.",
        ),
        (
            {"PSEUDONYM_KEY": "short"},
            "The setting PSEUDONYM_KEY has 5 characters; it needs 32: draw one with: openssl rand -hex 32",
        ),
        (
            {"REDIS_URL": REDIS_WITH_PASSWORD},
            "REDIS_URL is set, so the setting PSEUDONYM_KEY must be set too, for all replicas: "
            "draw one with: openssl rand -hex 32",
        ),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, dict) else "",
)
def test_a_wrong_value_is_one_sentence(environment, said):
    assert sentence(**environment) == said


@pytest.mark.parametrize("url", ["hunter2", "redis://:hunter2@127.0.0.1:port/0", "http://:hunter2@127.0.0.1"])
def test_a_redis_url_that_redis_cannot_read_is_a_sentence_without_it(url):
    said = sentence(REDIS_URL=url, PSEUDONYM_KEY=KEY)
    assert said == "The setting REDIS_URL can't be read; it can be an address like redis://127.0.0.1:6379/0."


def test_settings_do_not_show_their_secrets():
    settings = read_settings({"REDIS_URL": REDIS_WITH_PASSWORD, "PSEUDONYM_KEY": KEY})
    shown = f"{settings!r} {settings} {settings.redis_url:} {settings.json()}"
    assert [secret for secret in ("hunter2", KEY) if secret in shown] == []


def test_a_secret_can_be_read_by_whoever_needs_it():
    settings = read_settings({"REDIS_URL": REDIS_WITH_PASSWORD, "PSEUDONYM_KEY": KEY})
    assert settings.redis_url.get_secret_value() == REDIS_WITH_PASSWORD


def test_an_empty_variable_has_its_default():
    assert read_settings({"PORT": "", "TELEGRAM_TOKEN": " "}) == Settings()


def test_the_defaults_do_not_depend_on_the_environment(monkeypatch):
    monkeypatch.setenv("PORT", "1")
    assert Settings().port == 5005


def test_a_whole_number_loses_its_fraction():
    assert read_settings({"MOST_TURNS": "3.9"}).most_turns == 3


def test_settings_cannot_be_changed():
    with pytest.raises(TypeError):
        Settings().port = 1


@pytest.mark.parametrize("name", Settings.__fields__)
def test_every_setting_says_what_it_can_be(name):
    assert can_be(name)


NUMBERS_AND_TEXTS = {
    name: field.default
    for name, field in Settings.__fields__.items()
    if isinstance(field.default, int | float | str) and field.default != ""
}


@pytest.mark.parametrize("name", NUMBERS_AND_TEXTS)
def test_the_default_of_a_setting_is_one_of_its_values(name):
    default = NUMBERS_AND_TEXTS[name]
    assert getattr(read_settings({name.upper(): str(default)}), name) == default
