"""Draft: a letter about one of somebody's works, from the user's own template. It is never sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import asking, parts, retracing, starring
from finder.errors import UsageError
from finder.outreach import drafts, facts, ready, shortlist
from finder.outreach.drafts import Letter
from finder.outreach.shortlist import Listed
from finder.settings import MeSettings, served_mode
from finder.store import Store
from finder.texts import isolated

ASKS = {"phd": "A PhD position", "thesis": "A thesis", "internship": "An internship"}
LANGUAGES = {"en": "English", "de": "German"}


def page() -> None:
    """The whole page."""
    st.title("Letter", anchor=False)
    with parts.remedies():
        everybody = [one for one in starring.everybody() if one.row is not None]
    if not everybody:
        st.info("**There is nobody to write to yet.** Star people first; letters are about one of their works.",
                icon=":material/star:")  # fmt: skip
        parts.shortlist_link()
        parts.find_link()
        return
    asked = st.query_params.get("entry", "")
    if asked and asked not in {str(one.entry.id) for one in everybody}:
        st.warning("**That entry is gone.** Whoever it was is not on the shortlist.", icon=":material/link_off:")
        parts.shortlist_link()
        return
    one = _who(everybody)
    _mind(one, everybody)
    work = _work(one)
    ask, language = _occasion(one.entry.id)
    for caution in facts.cautions(one.row or {}, work, asking.today(), ask):
        st.warning(parts.text(caution), icon=":material/warning:")
    first = st.container(key="the-letter")  # the template it is made of stands folded below it
    template = _template(one.entry.id, ask, language)
    with first:
        to = st.text_input(
            "Their address, if you have it",
            key="d-to",
            max_chars=254,
            help="The finder knows no addresses and guesses none. Only the file will hold it.",
        )
        st.subheader("The letter", anchor=False)
        try:
            letter = drafts.letter(
                template,
                one.row or {},
                work,
                one.entry.interest,
                asking.local_today().isoformat(),
                to,
                me=MeSettings() if served_mode() else asking.settings().me,
                ask=ask,
                language=language,
            )
        except UsageError as error:
            st.warning(parts.text(error), icon=":material/edit_note:")
            return
        _letter(one, letter)


def _who(everybody: list[Listed]) -> Listed:
    by_id = {str(one.entry.id): one for one in everybody}
    state = st.session_state
    work = state.get(f"d-work-{state.get('d-who')}")
    if state.get("d-who") not in by_id or retracing.moved("draft", (state["d-who"], work)):
        asked = st.query_params.get("entry", "")
        state["d-who"] = asked if asked in by_id else next(iter(by_id))
        state.pop(f"d-work-{state['d-who']}", None)  # the address says that too
    ids = list(by_id)
    one = by_id[
        st.selectbox("To whom", ids, ids.index(state["d-who"]), key="d-who", format_func=lambda id_: _label(by_id[id_]))
    ]
    st.caption(f"On your shortlist: {one.entry.status}.")  # saving a letter changes it: that is to be seen
    return one


def _label(one: Listed) -> str:
    return parts.plain(f"{one.name}, {parts.places(one.row['current'], 1) if one.row else ''}")


def _mind(one: Listed, everybody: list[Listed]) -> None:
    """What to know before a word is written: that they take nobody on comes first."""
    warnings = shortlist.warnings(one, everybody, asking.local_today())
    if one.refuses:
        page_ = parts.link("their page", one.refuses["url"])
        st.error(f"{parts.text(warnings.pop(0))} ({page_})", icon=":material/person_off:")
    for warning in warnings:
        st.warning(parts.text(warning), icon=":material/warning:")
    if one.conditions:
        with st.container(border=True, key="conditions", gap="xsmall"):
            st.markdown("**What they ask of those who write**")
            st.markdown("\n".join(parts.quoted(said) for said in one.conditions))


def _work(one: Listed) -> Mapping[str, Any]:
    works = starring.works(one)
    key = f"d-work-{one.entry.id}"
    if st.session_state.get(key) not in works:
        asked = st.query_params.get("work", "")
        first = facts.first_to_cite(list(works.values()), asking.today()) or {}
        st.session_state[key] = asked if asked in works else first["work_id"]
    id_ = st.selectbox("About which of their works", list(works), list(works).index(st.session_state[key]), key=key,
                       format_func=lambda id_: _title(works[id_]),
                       help="Nearest to the interest first. Choose one that you have read.")  # fmt: skip
    entry = str(one.entry.id)
    retracing.publish("draft", (entry, id_), {"entry": entry, "work": id_})
    st.markdown(parts.work_line(works[id_]))
    return works[id_]


def _title(work: Mapping[str, Any]) -> str:
    return parts.plain(f"{work['title']} ({work['date'][:4]})")


def _occasion(entry: int) -> tuple[str, str]:
    """What the letter asks for, and in which language: another choice begins with the template for it."""
    with st.container(horizontal=True, gap="small"):
        ask = st.selectbox("What you ask for", list(ASKS), key=f"d-ask-{entry}", format_func=ASKS.__getitem__,
                           on_change=_reset, args=(entry,))  # fmt: skip
        language = st.selectbox("Language", list(LANGUAGES), key=f"d-language-{entry}",
                                format_func=LANGUAGES.__getitem__, on_change=_reset, args=(entry,))  # fmt: skip
    return ask, language


def _template(entry: int, ask: str, language: str) -> str:
    """What the user makes of the template for somebody: kept while the session lasts, whatever page is looked at."""
    key, kept = f"d-template-{entry}", f"letter-to-{entry}"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(kept) or starring.template() or drafts.default(ask, language)
    names = ", ".join(f"{{{{ {name}.{part} }}}}" for name, parts_ in facts.KNOWN.items() for part in parts_)
    with st.expander("Template", key="template"):
        text = st.text_area("Your template", st.session_state[key], key=key, height=320, max_chars=drafts.LONGEST,
                            label_visibility="collapsed")  # fmt: skip
        st.session_state[kept] = text
        st.caption(parts.text(f"It can put in {names}, {{{{ salutation }}}}, {{{{ interest }}}} and {{{{ today }}}}."))
        with st.container(horizontal=True, gap="small"):
            st.button("Save template", key="d-keep", on_click=starring.keep,
                      args=(lambda store: store.set_meta("letter", text),), type="tertiary")  # fmt: skip
            st.button("Restore default", key="d-default", on_click=_reset, args=(entry,), type="tertiary")
    return text


def _reset(entry: int) -> None:
    state = st.session_state
    state[f"d-template-{entry}"] = drafts.default(state[f"d-ask-{entry}"], state[f"d-language-{entry}"])


def _letter(one: Listed, letter: Letter) -> None:
    if letter.blanks:
        count = f"{len(letter.blanks)} place{'s' * (len(letter.blanks) != 1)} in brackets"
        st.caption(f":material/edit: {count} still to be filled in, by you. Until then the letter is a draft.")
    st.code(isolated(letter.text()), language=None, wrap_lines=True)
    name = "-".join("".join(c if c.isalnum() else " " for c in one.name.lower()).split())[:60]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Save as .eml", data=drafts.eml(letter), file_name=f"letter-{name or 'draft'}.eml", mime="message/rfc822",
            key="d-eml", on_click=_drafted, args=(one,), icon=":material/download:",
            help="A mail that is not sent: open it in your mail program, read it once more, and send it yourself.",
        )  # fmt: skip
        st.button("It is ready", key="d-ready", on_click=_make_ready, args=(one, letter), disabled=bool(letter.blanks),
                  icon=":material/task_alt:", help="Without brackets, and nobody else gets the same.")  # fmt: skip
        st.link_button(
            "Open in my mail program",
            drafts.mailto(letter),
            icon=":material/mail:",
            help="Some programs cut long letters short: then copy or save it.",
        )
        st.caption("Copy with the icon at top right.")


def _make_ready(one: Listed, letter: Letter) -> None:
    starring.keep(lambda store: ready.make_ready(store, one.entry, letter, asking.now(), asking.today()))


def _drafted(one: Listed) -> None:
    def change(store: Store) -> None:
        if one.entry.status in ("to read", "shortlisted"):
            store.shortlist.set_status(one.entry.id, "drafted", asking.now(), day=asking.local_today())

    starring.keep(change)


page()
