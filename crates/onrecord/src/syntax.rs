//! Parts of speech and dependencies: what later stages need to find subjects, clauses and negations.
//!
//! Parts of speech are the Penn Treebank's (Marcus et al. 1993); relations are those of Universal Dependencies,
//! version 2 (de Marneffe et al. 2021), as the GUM corpus uses them (Zeldes 2017). Both are of this project's tokens,
//! which are smaller than a treebank's: where a treebank has one ("U.S.", "n't", "3,480"), its first token here stands
//! for it, and the others hang from that one by [`Relation::Inner`].

use std::ops::Range;

/// Declares an enumeration of labels together with the names that they have in treebanks.
macro_rules! labels {
    ($(#[$doc:meta])* $kind:ident { $($(#[$note:meta])* $label:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $kind {
            $($(#[$note])* #[doc = concat!("In treebanks ", $name, ".")] $label,)*
        }

        impl $kind {
            /// All of them.
            pub(crate) const ALL: &'static [$kind] = &[$($kind::$label),*];

            /// Its name in treebanks.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $($kind::$label => $name,)*
                }
            }

            /// The one of this name.
            pub(crate) fn from_name(name: &str) -> Option<$kind> {
                $kind::ALL.iter().copied().find(|label| label.name() == name)
            }
        }
    };
}

labels! {
    /// What kind of word a token is.
    Pos {
        Noun = "NN",
        Nouns = "NNS",
        Name = "NNP",
        Names = "NNPS",
        Adjective = "JJ",
        AdjectiveComparative = "JJR",
        AdjectiveSuperlative = "JJS",
        Adverb = "RB",
        AdverbComparative = "RBR",
        AdverbSuperlative = "RBS",
        VerbBase = "VB",
        VerbPast = "VBD",
        VerbGerund = "VBG",
        VerbParticiple = "VBN",
        VerbPresent = "VBP",
        VerbThird = "VBZ",
        Modal = "MD",
        Pronoun = "PRP",
        PronounPossessive = "PRP$",
        Determiner = "DT",
        Predeterminer = "PDT",
        Preposition = "IN",
        To = "TO",
        Particle = "RP",
        Conjunction = "CC",
        Number = "CD",
        There = "EX",
        WhDeterminer = "WDT",
        WhPronoun = "WP",
        WhPossessive = "WP$",
        WhAdverb = "WRB",
        Possessive = "POS",
        Interjection = "UH",
        Foreign = "FW",
        ListMark = "LS",
        Symbol = "SYM",
        Currency = "$",
        Hyphen = "HYPH",
        GoesWith = "GW",
        FullStop = ".",
        Comma = ",",
        Colon = ":",
        QuoteOpen = "``",
        QuoteClose = "''",
        BracketOpen = "-LRB-",
        BracketClose = "-RRB-",
    }
}

labels! {
    /// What a token is to its head.
    Relation {
        Root = "root",
        /// Not the treebank's: a further piece of the word that the head begins.
        Inner = "inner",
        Subject = "nsubj",
        SubjectPassive = "nsubj:pass",
        SubjectOuter = "nsubj:outer",
        ClausalSubject = "csubj",
        ClausalSubjectPassive = "csubj:pass",
        ClausalSubjectOuter = "csubj:outer",
        Object = "obj",
        IndirectObject = "iobj",
        ClausalComplement = "ccomp",
        OpenComplement = "xcomp",
        Oblique = "obl",
        ObliqueAgent = "obl:agent",
        ObliqueUnmarked = "obl:unmarked",
        AdverbialClause = "advcl",
        AdverbialRelative = "advcl:relcl",
        AdverbialModifier = "advmod",
        Vocative = "vocative",
        Expletive = "expl",
        Dislocated = "dislocated",
        Discourse = "discourse",
        Auxiliary = "aux",
        AuxiliaryPassive = "aux:pass",
        Copula = "cop",
        Marker = "mark",
        NominalModifier = "nmod",
        NominalPossessive = "nmod:poss",
        NominalUnmarked = "nmod:unmarked",
        NominalDescription = "nmod:desc",
        NumericModifier = "nummod",
        Apposition = "appos",
        AdnominalClause = "acl",
        RelativeClause = "acl:relcl",
        AdjectivalModifier = "amod",
        Determiner = "det",
        Predeterminer = "det:predet",
        Case = "case",
        Conjunct = "conj",
        Coordination = "cc",
        Preconjunction = "cc:preconj",
        Fixed = "fixed",
        Flat = "flat",
        Compound = "compound",
        CompoundParticle = "compound:prt",
        List = "list",
        Parataxis = "parataxis",
        Orphan = "orphan",
        GoesWith = "goeswith",
        Reparandum = "reparandum",
        Punctuation = "punct",
        Unspecified = "dep",
    }
}

impl Pos {
    /// A verb in any form, modals apart.
    pub(crate) fn is_verb(self) -> bool {
        matches!(
            self,
            Pos::VerbBase | Pos::VerbPast | Pos::VerbGerund | Pos::VerbParticiple | Pos::VerbPresent | Pos::VerbThird
        )
    }

    /// A verb that carries tense: past, present or modal.
    pub(crate) fn is_finite(self) -> bool {
        matches!(self, Pos::VerbPast | Pos::VerbPresent | Pos::VerbThird | Pos::Modal)
    }

    /// A common noun or a part of a name.
    pub(crate) fn is_noun(self) -> bool {
        matches!(self, Pos::Noun | Pos::Nouns | Pos::Name | Pos::Names)
    }
}

impl Relation {
    /// That of what only helps a predicate: auxiliaries and the copula.
    pub(crate) fn is_helper(self) -> bool {
        matches!(self, Relation::Auxiliary | Relation::AuxiliaryPassive | Relation::Copula)
    }

    /// That of a subject, be it a passive's or a clause itself.
    pub(crate) fn is_subject(self) -> bool {
        matches!(
            self,
            Relation::Subject
                | Relation::SubjectPassive
                | Relation::SubjectOuter
                | Relation::ClausalSubject
                | Relation::ClausalSubjectPassive
                | Relation::ClausalSubjectOuter
        )
    }
}

/// A token's place in its sentence's tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// What kind of word it is.
    pub(crate) pos: Pos,
    /// The token that it depends on, as an index into the document's; none for the root of a sentence.
    pub(crate) head: Option<u32>,
    /// What it is to its head.
    pub(crate) relation: Relation,
}

/// The trees of a document's sentences, one [`Node`] a token.
///
/// Tokens are indices into the document's, and ranges half-open ranges of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Syntax {
    nodes: Vec<Node>,
    /// Where each token's dependents begin in `dependents`; one more than there are tokens.
    first: Vec<u32>,
    dependents: Vec<u32>,
    /// The outermost tokens of each token's subtree.
    edges: Vec<(u32, u32)>,
}

impl Syntax {
    /// The trees that these nodes make.
    ///
    /// # Panics
    /// If a head is not among the nodes.
    pub(crate) fn new(nodes: Vec<Node>) -> Syntax {
        let count = nodes.len();
        let mut first = vec![0u32; count + 1];
        for head in nodes.iter().filter_map(|node| node.head) {
            first[head as usize + 1] += 1;
        }
        for at in 0..count {
            first[at + 1] += first[at];
        }
        let mut next = first.clone();
        let mut dependents = vec![0u32; first[count] as usize];
        for (at, head) in (0u32..).zip(&nodes).filter_map(|(at, node)| Some((at, node.head?))) {
            let place = &mut next[head as usize];
            dependents[*place as usize] = at;
            *place += 1;
        }

        let mut edges: Vec<(u32, u32)> = (0u32..).take(count).map(|at| (at, at)).collect();
        // Deepest first: a token is dealt with when all its dependents have been.
        let mut waiting: Vec<u32> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut ready: Vec<u32> = (0u32..).zip(&waiting).filter(|&(_, &left)| left == 0).map(|(at, _)| at).collect();
        while let Some(at) = ready.pop() {
            let Some(head) = nodes[at as usize].head else { continue };
            let (inner, outer) = (edges[at as usize], &mut edges[head as usize]);
            *outer = (outer.0.min(inner.0), outer.1.max(inner.1));
            waiting[head as usize] -= 1;
            if waiting[head as usize] == 0 {
                ready.push(head);
            }
        }
        Syntax { nodes, first, dependents, edges }
    }

    /// Each token's place.
    #[cfg(test)]
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What kind of word a token is.
    pub(crate) fn pos(&self, token: usize) -> Pos {
        self.nodes[token].pos
    }

    /// What a token is to its head.
    pub(crate) fn relation(&self, token: usize) -> Relation {
        self.nodes[token].relation
    }

    /// The token that a token depends on; none for the root of a sentence.
    pub(crate) fn head(&self, token: usize) -> Option<usize> {
        self.nodes[token].head.map(|head| head as usize)
    }

    /// The tokens from a token up to the root of its sentence, itself first.
    pub(crate) fn ancestors(&self, token: usize) -> impl Iterator<Item = usize> {
        // No tree is deeper than its tokens are many; so there is an end even where heads run in a ring.
        std::iter::successors(Some(token), |&at| self.head(at)).take(self.nodes.len())
    }

    /// The tokens that depend on a token directly, in order.
    pub(crate) fn children(&self, token: usize) -> impl DoubleEndedIterator<Item = usize> {
        let range = self.first[token] as usize..self.first[token + 1] as usize;
        self.dependents[range].iter().map(|&child| child as usize)
    }

    /// The first direct dependent in one of these relations.
    pub(crate) fn child(&self, token: usize, relations: &[Relation]) -> Option<usize> {
        self.children(token).find(|&child| relations.contains(&self.relation(child)))
    }

    /// The head of a predicate's own subject, in the active or the passive.
    pub(crate) fn subject(&self, predicate: usize) -> Option<usize> {
        self.children(predicate).find(|&child| self.relation(child).is_subject())
    }

    /// From the first to the last token under a token, itself included.
    pub(crate) fn subtree(&self, token: usize) -> Range<usize> {
        let (first, last) = self.edges[token];
        first as usize..last as usize + 1
    }

    /// The token that the others of a range hang from: the first whose head lies outside.
    pub(crate) fn top(&self, range: &Range<usize>) -> Option<usize> {
        range.clone().find(|&token| self.head(token).is_none_or(|head| !range.contains(&head)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Pos, Relation, Syntax};

    /// A sentence a line, a token a field: `word/tag/head/relation`, heads counted from 1 in each line, 0 for the root.
    fn parse(notation: &str) -> Syntax {
        let mut nodes = Vec::new();
        for line in notation.lines() {
            let start = nodes.len() as u32;
            nodes.extend(line.split_whitespace().map(|field| {
                let [_, tag, head, relation] = field.split('/').collect::<Vec<_>>()[..] else { panic!("{field}") };
                Node {
                    pos: Pos::from_name(tag).unwrap(),
                    head: head.parse::<u32>().unwrap().checked_sub(1).map(|head| start + head),
                    relation: Relation::from_name(relation).unwrap(),
                }
            }));
        }
        Syntax::new(nodes)
    }

    const BRIDGE: &str = "The/DT/2/det mayor/NN/3/nsubj said/VBD/0/root the/DT/5/det bridge/NN/6/nsubj fell/VBD/3/ccomp \
        on/IN/8/case Monday/NNP/6/obl ,/,/6/punct but/CC/13/cc nobody/NN/13/nsubj:pass was/VBD/13/aux:pass \
        hurt/VBN/6/conj stop/./3/punct";

    #[test]
    fn a_tree_from_every_side() {
        let syntax = parse(BRIDGE);
        assert_eq!(syntax.children(5).collect::<Vec<_>>(), [4, 7, 8, 12]);
        assert_eq!(syntax.children(5).next_back(), Some(12));
        assert_eq!(syntax.children(0).count(), 0);
        assert_eq!(syntax.child(5, &[Relation::Oblique, Relation::Conjunct]), Some(7));
        assert_eq!(syntax.child(5, &[Relation::Object]), None);
        assert_eq!(syntax.ancestors(9).collect::<Vec<_>>(), [9, 12, 5, 2]);
        assert!(syntax.pos(5).is_verb() && syntax.pos(5).is_finite() && !syntax.pos(12).is_finite());
        assert!(syntax.pos(4).is_noun() && !syntax.pos(4).is_verb());
    }

    #[test]
    fn subjects() {
        let syntax = parse(BRIDGE);
        assert_eq!([2, 5, 12, 1].map(|token| syntax.subject(token)), [Some(1), Some(4), Some(10), None]);
    }

    #[test]
    fn subtrees_and_tops() {
        let syntax = parse(BRIDGE);
        assert_eq!(syntax.subtree(2), 0..14);
        assert_eq!(syntax.subtree(5), 3..13);
        assert_eq!(syntax.subtree(12), 9..13);
        assert_eq!(syntax.subtree(0), 0..1);
        assert_eq!(syntax.top(&(3..9)), Some(5));
        assert_eq!(syntax.top(&(0..14)), Some(2));
        assert_eq!(syntax.top(&(3..3)), None);
    }

    #[test]
    fn sentences_stay_apart() {
        let syntax = parse("Rain/NN/2/nsubj fell/VBD/0/root\nSnow/NN/2/nsubj followed/VBD/0/root");
        assert_eq!([1, 3].map(|token| syntax.subtree(token)), [0..2, 2..4]);
        assert_eq!(syntax.head(2), Some(3));
        assert_eq!(syntax.head(3), None);
    }

    #[test]
    fn a_ring_of_heads_ends() {
        let ring = [1, 2, 0].map(|head| Node { pos: Pos::Noun, head: Some(head), relation: Relation::Compound });
        let syntax = Syntax::new(ring.to_vec());
        assert_eq!(syntax.ancestors(0).count(), 3);
        assert!(syntax.subtree(0).contains(&0));
    }

    #[test]
    fn names_are_the_treebanks() {
        for &pos in Pos::ALL {
            assert_eq!(Pos::from_name(pos.name()), Some(pos));
        }
        for &relation in Relation::ALL {
            assert_eq!(Relation::from_name(relation.name()), Some(relation));
        }
        assert_eq!(Relation::from_name("dobj"), None);
    }

    #[test]
    fn no_tokens() {
        let syntax = Syntax::new(Vec::new());
        assert_eq!(syntax.top(&(0..0)), None);
        assert!(syntax.nodes().is_empty());
    }
}
