// What is bundled of CodeMirror: a function that opens a SPARQL editor in a shadow tree, where its styles need no style
// element and a strict content security policy holds, and one that marks words in it.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.string, tags.url, tags.labelName], color: "var(--good)" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--warn)" },
  { tag: [tags.number, tags.bool], color: "var(--wrong)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.namespace, tags.propertyName, tags.typeName], color: "var(--note)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--sheet)", fontSize: "0.92rem", maxHeight: "30rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "16rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--band)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "transparent", boxShadow: "inset 0 0 0 1px var(--line)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--note-band)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--accent-ink)" },
  ".cm-doubt": { textDecoration: "underline wavy var(--wrong)" },
  ".cm-matchingBracket": { outline: "1px solid var(--mark-line)" },
});

const marked = StateEffect.define();
const marks = StateField.define({
  create: () => Decoration.none,
  update(found, change) {
    for (const effect of change.effects) if (effect.is(marked)) return effect.value;
    return found.map(change.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

// Underline words: each has its line and column (from 1), the word, and a message that is shown on pointing at it.
export function mark(view, words) {
  const { doc } = view.state;
  const ranges = words.filter(({ line, word }) => word && line <= doc.lines).map(({ line, column, word, message }) => {
    const from = Math.min(doc.line(line).from + column - 1, doc.length - 1);
    return Decoration.mark({ class: "cm-doubt", attributes: { title: message } }).range(from, Math.min(from + word.length, doc.length));
  });
  view.dispatch({ effects: marked.of(Decoration.set(ranges, true)) });
}

export function open({ parent, text, label, complete, changed, run }) {
  const root = parent.attachShadow({ mode: "open" });
  return new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(),
        sparql(), syntaxHighlighting(colours), look, marks, EditorView.lineWrapping,
        autocompletion({ override: [complete] }),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
}
