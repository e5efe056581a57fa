"""Draft: a letter about one of somebody's works, from the user's own template. It is never sent from here."""

from __future__ import annotations

import streamlit as st

from dashboard import components, queries, shortlist_actions, url_state
from dashboard.components import escape_markdown
from finder.errors import UsageError
from finder.outreach import letter_drafts, letter_facts, letter_readiness, shortlist
from finder.outreach.letter_drafts import Letter
from finder.outreach.shortlist import ShortlistedPerson
from finder.results import WorkRef
from finder.settings import MeSettings, is_served_mode
from finder.storage import Store
from finder.text.sanitize import isolate_bidi

ASKS = {"phd": "A PhD position", "thesis": "A thesis", "internship": "An internship"}
LANGUAGES = {"en": "English", "de": "German"}


def show_letter_page() -> None:
    """The whole page."""
    st.title("Letter", anchor=False)
    with components.show_errors():
        everybody = [one for one in shortlist_actions.load_shortlist_people() if one.row is not None]
    if not everybody:
        st.info(
            "**There is nobody to write to yet.** Star people first; letters are about one of their works.",
            icon=":material/star:",
        )
        components.show_shortlist_link()
        components.show_find_link()
        return
    asked = st.query_params.get("entry", "")
    if asked and asked not in {str(one.entry.id) for one in everybody}:
        st.warning("**That entry is gone.** Whoever it was is not on the shortlist.", icon=":material/link_off:")
        components.show_shortlist_link()
        return
    one = _choose_recipient(everybody)
    _show_letter_cautions(one, everybody)
    row = one.row
    if row is None:  # nobody who can be chosen; said for the reader of the types
        return
    work = _show_work_select(one)
    ask, language = _choose_letter_purpose(one.entry.id)
    for caution in letter_facts.letter_cautions(row, work, queries.as_of_date(), ask):
        st.warning(escape_markdown(caution), icon=":material/warning:")
    first = st.container(key="the-letter")  # the template it is made of stands folded below it
    template = _edit_letter_template(one.entry.id, ask, language)
    with first:
        to = st.text_input(
            "Their address, if you have it",
            key="d-to",
            max_chars=254,
            help="The finder knows no addresses and guesses none. Only the file will hold it.",
        )
        st.subheader("The letter", anchor=False)
        try:
            letter = letter_drafts.draft_letter(
                template,
                row,
                work,
                one.entry.interest,
                queries.local_today().isoformat(),
                to,
                me=MeSettings() if is_served_mode() else queries.current_settings().me,
                ask=ask,
                language=language,
            )
        except UsageError as error:
            st.warning(escape_markdown(error), icon=":material/edit_note:")
            return
        _show_letter(one, letter)


def _choose_recipient(everybody: list[ShortlistedPerson]) -> ShortlistedPerson:
    by_id = {str(one.entry.id): one for one in everybody}
    state = st.session_state
    work = state.get(f"d-work-{state.get('d-who')}")
    if state.get("d-who") not in by_id or url_state.url_changed_externally("draft", (state["d-who"], work)):
        asked = st.query_params.get("entry", "")
        state["d-who"] = asked if asked in by_id else next(iter(by_id))
        state.pop(f"d-work-{state['d-who']}", None)  # the address says that too
    ids = list(by_id)
    one = by_id[
        st.selectbox(
            "To whom", ids, ids.index(state["d-who"]), key="d-who", format_func=lambda id_: _recipient_label(by_id[id_])
        )
    ]
    st.caption(f"On your shortlist: {one.entry.status}.")  # saving a letter changes it: that is to be seen
    return one


def _recipient_label(one: ShortlistedPerson) -> str:
    return components.plain_label(
        f"{one.name}, {components.whereabouts_label(one.row['current'], 1) if one.row else ''}"
    )


def _show_letter_cautions(one: ShortlistedPerson, everybody: list[ShortlistedPerson]) -> None:
    """What to know before a word is written: that they take nobody on comes first."""
    warnings = shortlist.entry_warnings(one, everybody, queries.local_today())
    if one.refusal_statement:
        page_ = components.markdown_web_link("their page", one.refusal_statement["url"])
        st.error(f"{escape_markdown(warnings.pop(0))} ({page_})", icon=":material/person_off:")
    for warning in warnings:
        st.warning(escape_markdown(warning), icon=":material/warning:")
    if one.conditions:
        with st.container(border=True, key="conditions", gap="xsmall"):
            st.markdown("**What they ask of those who write**")
            st.markdown("\n".join(components.quote_line(said) for said in one.conditions))


def _show_work_select(one: ShortlistedPerson) -> WorkRef:
    works = shortlist_actions.letter_works_by_id(one)
    key = f"d-work-{one.entry.id}"
    if st.session_state.get(key) not in works:
        asked = st.query_params.get("work", "")
        first = letter_facts.pick_work_to_cite(list(works.values()), queries.as_of_date()) or {}
        st.session_state[key] = asked if asked in works else first["work_id"]
    id_ = st.selectbox(
        "About which of their works",
        list(works),
        list(works).index(st.session_state[key]),
        key=key,
        format_func=lambda id_: _work_option_label(works[id_]),
        help="Nearest to the interest first. Choose one that you have read.",
    )
    entry = str(one.entry.id)
    url_state.write_page_url("draft", (entry, id_), {"entry": entry, "work": id_})
    st.markdown(components.work_line(works[id_]))
    return works[id_]


def _work_option_label(work: WorkRef) -> str:
    return components.plain_label(f"{work['title']} ({work['date'][:4]})")


def _choose_letter_purpose(entry: int) -> tuple[str, str]:
    """What the letter asks for, and in which language: another choice begins with the template for it."""
    with st.container(horizontal=True, gap="small"):
        ask = st.selectbox(
            "What you ask for",
            list(ASKS),
            key=f"d-ask-{entry}",
            format_func=ASKS.__getitem__,
            on_change=_reset_letter_template,
            args=(entry,),
        )
        language = st.selectbox(
            "Language",
            list(LANGUAGES),
            key=f"d-language-{entry}",
            format_func=LANGUAGES.__getitem__,
            on_change=_reset_letter_template,
            args=(entry,),
        )
    return ask, language


def _edit_letter_template(entry: int, ask: str, language: str) -> str:
    """What the user makes of the template for somebody: kept while the session lasts, whatever page is looked at."""
    key, kept = f"d-template-{entry}", f"letter-to-{entry}"
    if key not in st.session_state:
        st.session_state[key] = (
            st.session_state.get(kept)
            or shortlist_actions.own_letter_template()
            or letter_drafts.default_template(ask, language)
        )
    names = ", ".join(f"{{{{ {name}.{part} }}}}" for name, parts_ in letter_facts.KNOWN.items() for part in parts_)
    with st.expander("Template", key="template"):
        text = st.text_area(
            "Your template",
            st.session_state[key],
            key=key,
            height=320,
            max_chars=letter_drafts.LONGEST,
            label_visibility="collapsed",
        )
        st.session_state[kept] = text
        fields = f"{names}, {{{{ salutation }}}}, {{{{ interest }}}} and {{{{ today }}}}"
        st.caption(escape_markdown(f"Fields you can use: {fields}."))
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Save template",
                key="d-keep",
                on_click=shortlist_actions.change_shortlist,
                args=(lambda store: store.set_meta("letter", text),),
                type="tertiary",
            )
            st.button(
                "Restore default", key="d-default", on_click=_reset_letter_template, args=(entry,), type="tertiary"
            )
    return text


def _reset_letter_template(entry: int) -> None:
    state = st.session_state
    state[f"d-template-{entry}"] = letter_drafts.default_template(state[f"d-ask-{entry}"], state[f"d-language-{entry}"])


def _show_letter(one: ShortlistedPerson, letter: Letter) -> None:
    if letter.open_blanks:
        count = f"{len(letter.open_blanks)} place{'s' * (len(letter.open_blanks) != 1)} in brackets"
        st.caption(f":material/edit: {count} still to be filled in, by you. Until then the letter is a draft.")
    st.code(isolate_bidi(letter.to_text()), language=None, wrap_lines=True)
    name = "-".join("".join(c if c.isalnum() else " " for c in one.name.lower()).split())[:60]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            "Save as .eml",
            data=letter_drafts.letter_to_eml(letter),
            file_name=f"letter-{name or 'draft'}.eml",
            mime="message/rfc822",
            key="d-eml",
            on_click=_mark_entry_drafted,
            args=(one,),
            icon=":material/download:",
            help="A mail that is not sent: open it in your mail program, read it once more, and send it yourself.",
        )
        st.button(
            "It is ready",
            key="d-ready",
            on_click=_save_ready_letter,
            args=(one, letter),
            disabled=bool(letter.open_blanks),
            icon=":material/task_alt:",
            help="Without brackets, and nobody else gets the same.",
        )
        st.link_button(
            "Open in my mail program",
            letter_drafts.mailto_link(letter),
            icon=":material/mail:",
            help="Some programs cut long letters short: then copy or save it.",
        )
        st.caption("Copy with the icon at top right.")


def _save_ready_letter(one: ShortlistedPerson, letter: Letter) -> None:
    shortlist_actions.change_shortlist(
        lambda store: letter_readiness.confirm_letter_ready(
            store, one.entry, letter, queries.current_timestamp(), queries.as_of_date()
        )
    )


def _mark_entry_drafted(one: ShortlistedPerson) -> None:
    def set_drafted_status(store: Store) -> None:
        if one.entry.status in ("to read", "shortlisted"):
            store.shortlist.set_status(one.entry.id, "drafted", queries.current_timestamp(), day=queries.local_today())

    shortlist_actions.change_shortlist(set_drafted_status)


show_letter_page()
