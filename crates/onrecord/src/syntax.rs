//! Parts of speech and dependencies: what the stages after it need to find subjects, clauses and negations.
//!
//! Tags are those of the Penn Treebank, relations those of Universal Dependencies 2. Where the treebanks' words are
//! longer than this reader's tokens ("U.S." is one word there and four tokens here), the first token carries the word
//! and the others hang on it by [`Relation::Inner`].

use std::ops::Range;

/// The syntax of a document: a tag, a head and a relation for each token.
#[derive(Clone, Debug, Default)]
pub(crate) struct Syntax {
    words: Vec<Word>,
    /// The children of all tokens, those of one token beside each other and in order.
    children: Vec<u32>,
    /// Where the children of each token start.
    starts: Vec<u32>,
}

/// One token's syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its part of speech.
    pub(crate) tag: Tag,
    /// The token that it depends on; `None` at the root of a sentence.
    pub(crate) head: Option<u32>,
    /// In which way.
    pub(crate) relation: Relation,
}

impl Syntax {
    /// Takes a word a token. Heads must lie within the document and form trees.
    pub(crate) fn new(words: Vec<Word>) -> Syntax {
        let mut starts = vec![0u32; words.len() + 1];
        for word in &words {
            if let Some(head) = word.head {
                starts[head as usize + 1] += 1;
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut children = vec![0u32; starts.last().copied().unwrap_or(0) as usize];
        for (i, word) in words.iter().enumerate() {
            if let Some(head) = word.head {
                let at = &mut next[head as usize];
                children[*at as usize] = i as u32;
                *at += 1;
            }
        }
        Syntax { words, children, starts }
    }

    /// The token's part of speech.
    pub(crate) fn tag(&self, token: usize) -> Tag {
        self.words[token].tag
    }

    /// The token that it depends on.
    pub(crate) fn head(&self, token: usize) -> Option<usize> {
        self.words[token].head.map(|head| head as usize)
    }

    /// How it depends on its head.
    pub(crate) fn relation(&self, token: usize) -> Relation {
        self.words[token].relation
    }

    /// The tokens that depend on it, in order.
    pub(crate) fn children(&self, token: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let range = self.starts[token] as usize..self.starts[token + 1] as usize;
        self.children[range].iter().map(|child| *child as usize)
    }

    /// The child in one of these relations, the first if there are several.
    pub(crate) fn child(&self, token: usize, relations: &[Relation]) -> Option<usize> {
        self.children(token).find(|child| relations.contains(&self.relation(*child)))
    }

    /// Its subject, in the active or the passive.
    pub(crate) fn subject(&self, token: usize) -> Option<usize> {
        self.child(token, &[Relation::Nsubj, Relation::NsubjPass, Relation::Csubj])
    }

    /// The smallest range of tokens that holds it and all that depends on it, however far down.
    pub(crate) fn subtree(&self, token: usize) -> Range<usize> {
        let (mut first, mut last) = (token, token);
        let mut open = vec![token];
        while let Some(token) = open.pop() {
            first = first.min(token);
            last = last.max(token);
            open.extend(self.children(token));
        }
        first..last + 1
    }

    /// The token of `range` that the rest of it hangs on: the first whose head lies outside.
    pub(crate) fn root(&self, range: &Range<usize>) -> Option<usize> {
        range.clone().find(|token| self.head(*token).is_none_or(|head| !range.contains(&head)))
    }

    /// The tokens from it up to the root of its sentence, itself first.
    pub(crate) fn ancestors(&self, token: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(token), |token| self.head(*token))
    }
}

macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $label:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// The label's meaning; `None` for one that the inventory does not have.
            pub(crate) fn of_label(label: &str) -> Option<$name> {
                match label { $($label => Some($name::$variant),)* _ => None }
            }
        }
    };
}

labels! {
    /// A part of speech of the Penn Treebank (Marcus et al., 1993).
    Tag {
        Cc = "CC", Cd = "CD", Dt = "DT", Ex = "EX", Fw = "FW", In = "IN", Jj = "JJ", Jjr = "JJR", Jjs = "JJS", Ls = "LS",
        Md = "MD", Nn = "NN", Nns = "NNS", Nnp = "NNP", Nnps = "NNPS", Pdt = "PDT", Pos = "POS", Prp = "PRP",
        PrpPoss = "PRP$", Rb = "RB", Rbr = "RBR", Rbs = "RBS", Rp = "RP", Sym = "SYM", To = "TO", Uh = "UH", Vb = "VB",
        Vbd = "VBD", Vbg = "VBG", Vbn = "VBN", Vbp = "VBP", Vbz = "VBZ", Wdt = "WDT", Wp = "WP", WpPoss = "WP$",
        Wrb = "WRB", Hyph = "HYPH", Punct = "PUNCT",
    }
}

impl Tag {
    /// A verb in any form, modals apart.
    pub(crate) fn is_verb(self) -> bool {
        matches!(self, Tag::Vb | Tag::Vbd | Tag::Vbg | Tag::Vbn | Tag::Vbp | Tag::Vbz)
    }

    /// A common or proper noun.
    pub(crate) fn is_noun(self) -> bool {
        matches!(self, Tag::Nn | Tag::Nns | Tag::Nnp | Tag::Nnps)
    }
}

labels! {
    /// A relation of Universal Dependencies 2 (Nivre et al., 2020), English subtypes folded in but for the passives and
    /// the relative clause.
    Relation {
        Root = "root", Nsubj = "nsubj", NsubjPass = "nsubj:pass", Obj = "obj", Iobj = "iobj", Csubj = "csubj",
        Ccomp = "ccomp", Xcomp = "xcomp", Obl = "obl", OblTmod = "obl:tmod", OblAgent = "obl:agent", Vocative = "vocative",
        Expl = "expl", Dislocated = "dislocated", Advcl = "advcl", Advmod = "advmod", Discourse = "discourse", Aux = "aux",
        AuxPass = "aux:pass", Cop = "cop", Mark = "mark", Nmod = "nmod", NmodPoss = "nmod:poss", Appos = "appos",
        Nummod = "nummod", Acl = "acl", AclRelcl = "acl:relcl", Amod = "amod", Det = "det", Case = "case", Conj = "conj",
        Cc = "cc", Fixed = "fixed", Flat = "flat", List = "list", Parataxis = "parataxis", Compound = "compound",
        CompoundPrt = "compound:prt", Orphan = "orphan", Goeswith = "goeswith", Reparandum = "reparandum",
        Punct = "punct", Dep = "dep",
        /// A later token of a word that the treebanks do not split.
        Inner = "inner",
    }
}

#[cfg(test)]
mod tests {
    use super::{Relation, Syntax, Tag, Word};

    /// `word/TAG/head/relation`, heads counted from 1, 0 for the root.
    fn parse(notation: &str) -> Syntax {
        let word = |field: &str| {
            let [_, tag, head, relation] = field.split('/').collect::<Vec<_>>()[..] else { panic!("{field}") };
            Word {
                tag: Tag::of_label(tag).unwrap(),
                head: head.parse::<u32>().unwrap().checked_sub(1),
                relation: Relation::of_label(relation).unwrap(),
            }
        };
        Syntax::new(notation.split_whitespace().map(word).collect())
    }

    #[test]
    fn trees() {
        let syntax = parse(
            "The/DT/2/det mayor/NN/3/nsubj said/VBD/0/root the/DT/5/det bridge/NN/6/nsubj fell/VBD/3/ccomp ././3/punct"
                .replace("././3", "./PUNCT/3")
                .as_str(),
        );
        assert_eq!(syntax.subject(2), Some(1));
        assert_eq!(syntax.children(2).collect::<Vec<_>>(), [1, 5, 6]);
        assert_eq!(syntax.subtree(5), 3..6);
        assert_eq!(syntax.root(&(3..6)), Some(5));
        assert_eq!(syntax.ancestors(3).collect::<Vec<_>>(), [3, 4, 5, 2]);
        assert!(syntax.tag(5).is_verb() && syntax.tag(4).is_noun());
    }
}
