"""Makes the tables of crates/onrecord/src/lemma.rs from a treebank's lemmas.

usage: lemmas.py GUM.conllu[.gz]... OUT_DIR

Writes irregular.tsv (forms that no rule of spelling makes from their lemma) and bases.tsv (verbs, nouns and adjectives
that the rules choose among). Words seen once only as names are left out.
"""

import collections
import gzip
import pathlib
import re
import sys

CLASS = {"VERB": "v", "AUX": "v", "NOUN": "n", "ADJ": "a"}
ORIGIN = """# {what}, from the lemmas of the Georgetown University Multilayer corpus (GUM;
# Zeldes, 2017), its train part; annotations CC BY 4.0. Made by training/lemmas.py.
"""


def regular(lemma, kind):
    """Every form that spelling alone makes from a lemma."""
    forms = {lemma}
    stem = re.sub(r"e$", "", lemma)
    soft = re.fullmatch(r".*[^aeiou]y", lemma)
    ys = lemma[:-1] + "i" if soft else lemma
    double = lemma + lemma[-1] if re.fullmatch(r".*[aeiou][bdgklmnprtv]", lemma) else None
    if kind in "vn":
        forms |= {ys + "es" if soft else lemma + "s"}
        if re.search(r"(s|x|z|ch|sh|o)$", lemma):
            forms.add(lemma + "es")
    if kind == "v":
        forms |= {stem + "ed", stem + "ing", lemma + "ing", ys + "ed"}
        if double:
            forms |= {double + "ed", double + "ing"}
    if kind == "a":
        forms |= {stem + "er", stem + "est", ys + "er", ys + "est"}
        if double:
            forms |= {double + "er", double + "est"}
    return forms


# What every grammar lists and a treebank may lack: verbs as infinitive, past, participle; nouns as plural, singular.
VERBS = """
abide abode abode|arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became become
befall befell befallen|beget begot begotten|begin began begun|behold beheld beheld|bend bent bent
bereave bereft bereft|beseech besought besought|bet bet bet|bid bade bidden|bind bound bound|bite bit bitten
bleed bled bled|blow blew blown|break broke broken|breed bred bred|bring brought brought
broadcast broadcast broadcast|build built built|burn burnt burnt|burst burst burst|buy bought bought
cast cast cast|catch caught caught|choose chose chosen|cling clung clung|come came come|cost cost cost
creep crept crept|cut cut cut|deal dealt dealt|dig dug dug|dive dove dived|do did done|draw drew drawn
dream dreamt dreamt|drink drank drunk|drive drove driven|dwell dwelt dwelt|eat ate eaten|fall fell fallen
feed fed fed|feel felt felt|fight fought fought|find found found|flee fled fled|fling flung flung|fly flew flown
forbid forbade forbidden|forecast forecast forecast|foresee foresaw foreseen|foretell foretold foretold
forget forgot forgotten|forgive forgave forgiven|forgo forwent forgone|forsake forsook forsaken
forswear forswore forsworn|freeze froze frozen|get got gotten|give gave given|go went gone|grind ground ground
grow grew grown|hang hung hung|hear heard heard|hide hid hidden|hit hit hit|hold held held|hurt hurt hurt
keep kept kept|kneel knelt knelt|know knew known|lay laid laid|lead led led|leap leapt leapt|learn learnt learnt
leave left left|lend lent lent|let let let|lie lay lain|light lit lit|lose lost lost|make made made|mean meant meant
meet met met|mislead misled misled|misspeak misspoke misspoken|mistake mistook mistaken
misunderstand misunderstood misunderstood|mow mowed mown|offset offset offset|outdo outdid outdone
overcome overcame overcome|override overrode overridden|overrun overran overrun|oversee oversaw overseen
overtake overtook overtaken|overthrow overthrew overthrown|partake partook partaken|pay paid paid
plead pled pled|prove proved proven|put put put|quit quit quit|read read read|rebuild rebuilt rebuilt
rend rent rent|repay repaid repaid|retell retold retold|rethink rethought rethought|rewrite rewrote rewritten
ride rode ridden|ring rang rung|rise rose risen|run ran run|saw sawed sawn|say said said|see saw seen
seek sought sought|sell sold sold|send sent sent|set set set|sew sewed sewn|shake shook shaken|shear sheared shorn
shed shed shed|shine shone shone|shoot shot shot|show showed shown|shrink shrank shrunk|shut shut shut
sing sang sung|sink sank sunk|sit sat sat|slay slew slain|sleep slept slept|slide slid slid|sling slung slung
slink slunk slunk|slit slit slit|smite smote smitten|sow sowed sown|speak spoke spoken|speed sped sped
spell spelt spelt|spend spent spent|spill spilt spilt|spin spun spun|spit spat spat|split split split
spoil spoilt spoilt|spread spread spread|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck
sting stung stung|stink stank stunk|stride strode stridden|strike struck stricken|string strung strung
strive strove striven|swear swore sworn|sweep swept swept|swell swelled swollen|swim swam swum|swing swung swung
take took taken|teach taught taught|tear tore torn|tell told told|think thought thought|throw threw thrown
thrust thrust thrust|tread trod trodden|undergo underwent undergone|understand understood understood
undertake undertook undertaken|underwrite underwrote underwritten|undo undid undone|uphold upheld upheld
upset upset upset|wake woke woken|wear wore worn|weave wove woven|wed wed wed|weep wept wept|win won won
wind wound wound|withdraw withdrew withdrawn|withhold withheld withheld|withstand withstood withstood
wring wrung wrung|write wrote written
"""
NOUNS = """
calves calf|elves elf|halves half|hooves hoof|knives knife|leaves leaf|lives life|loaves loaf|scarves scarf|selves self
sheaves sheaf|shelves shelf|thieves thief|wives wife|wolves wolf|mice mouse|lice louse|geese goose|feet foot|teeth tooth
oxen ox|children child|brethren brother|dice die|pence penny|crises crisis|theses thesis|analyses analysis|bases basis
hypotheses hypothesis|diagnoses diagnosis|oases oasis|parentheses parenthesis|emphases emphasis|axes axis
phenomena phenomenon|criteria criterion|bacteria bacterium|memoranda memorandum|referenda referendum|strata stratum
curricula curriculum|alumni alumnus|stimuli stimulus|fungi fungus|nuclei nucleus|foci focus|radii radius|syllabi syllabus
indices index|matrices matrix|vertices vertex|appendices appendix|larvae larva|formulae formula|passersby passerby
"""


def main():
    *files, out = map(pathlib.Path, sys.argv[1:])
    counts = collections.defaultdict(collections.Counter)
    for path in files:
        opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
        for line in opened:
            part = line.rstrip("\n").split("\t")
            if len(part) < 10 or not part[0].isdigit() or part[3] not in CLASS:
                continue
            form, lemma = part[1].lower().replace("’", "'"), part[2].lower().replace("’", "'")
            if re.fullmatch(r"[a-z']+", form) and re.fullmatch(r"[a-z']+", lemma) and "Typo=Yes" not in part[5]:
                counts[form, CLASS[part[3]]][lemma] += 1
    irregular, bases = collections.defaultdict(dict), collections.defaultdict(set)
    for (form, kind), lemmas in counts.items():
        lemma = lemmas.most_common(1)[0][0]
        bases[lemma].add(kind)
        if form not in regular(lemma, kind) or kind == "a" and form != lemma:
            irregular[form][kind] = lemma
        elif kind != "a" and form == lemma and form.endswith(("s", "ing", "ed")) and not form.endswith("ss"):
            irregular[form][kind] = lemma
    for row in re.split(r"[|\n]", VERBS.strip()):
        lemma, *forms = row.split()
        bases[lemma].add("v")
        for form in forms:
            irregular[form].setdefault("v", lemma)
    for row in re.split(r"[|\n]", NOUNS.strip()):
        plural, singular = row.split()
        bases[singular].add("n")
        irregular[plural].setdefault("n", singular)
    with open(out / "irregular.tsv", "w", encoding="utf-8") as f:
        f.write(ORIGIN.format(what="Irregular forms (after a tab: verb, noun, adjective)"))
        for form in sorted(irregular, key=str.encode):
            f.write(form + "\t" + " ".join(f"{k}:{v}" for k, v in sorted(irregular[form].items())) + "\n")
    with open(out / "bases.tsv", "w", encoding="utf-8") as f:
        f.write(ORIGIN.format(what="Lemmas (after a tab: verb, noun, adjective)"))
        for lemma in sorted(bases, key=str.encode):
            if len(lemma) > 1:
                f.write(lemma + "\t" + "".join(sorted(bases[lemma])) + "\n")


if __name__ == "__main__":
    main()
