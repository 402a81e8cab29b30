package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutRemarks removes what is in brackets or quotes, and returns that, too. For a person, it
// is a nickname, a former name or a remark; for a company, a part of the name.
func cutRemarks(whole string) (rest, remarks string) {
	for _, marks := range []string{"()", `""`, "“”", "[]"} {
		open, size := utf8.DecodeRuneInString(marks)
		from := strings.IndexRune(whole, open)
		if from < 0 {
			continue
		}
		if to := strings.Index(whole[from+size:], marks[size:]); to >= 0 {
			to += from + size
			if rest := whole[:from] + " " + whole[to+len(marks[size:]):]; folded(rest) != "" {
				whole, remarks = rest, remarks+" "+whole[from+size:to]
			}
		}
	}
	return whole, remarks
}

// readRemarks reads what remarks say about whose name it is: a suffix, a second person,
// or someone on whose behalf the person is named. Another name of the person does not
// matter.
func (n *Name) readRemarks(remarks string) {
	words, _ := scanWords(remarks)
	for i := range words {
		w := words[i].text
		if g := readGeneration(w); g != noGeneration && w != "i" && w != "v" && n.suffix == noGeneration {
			n.suffix = g
		}
		alias := w == "aka" || w == "fka" || hasTexts(words, i, []string{"a", "k", "a"}) || hasTexts(words, i, []string{"f", "k", "a"})
		if what, _ := connectorAt(words, i); (what != connectsNothing || isCapacity(w)) && !alias && !words[i].afterSlash {
			n.joint = true
		}
	}
}

// minHalfWord is how many letters each half of a word needs before it is split at its
// capitals: McDonald and DeShawn are not split.
const minHalfWord = 3

// splitCapitals splits a whole name that is written as one word: SergeiLavrov.
func splitCapitals(whole string) (string, bool) {
	if strings.ContainsFunc(whole, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return whole, false
	}
	before := rune(0)
	for i, r := range whole {
		if unicode.IsUpper(r) && unicode.IsLower(before) && i >= minHalfWord && len(whole)-i >= minHalfWord && !strings.HasPrefix(whole, "Mac") {
			return whole[:i] + " " + whole[i:], true
		}
		before = r
	}
	return whole, false
}

// withoutTitles takes the titles off the front of a name.
func (n *Name) withoutTitles(s span) span {
	for s.size() > 1 && isTitle(n.words[s.from].text) {
		s.from++
	}
	return s
}

// withoutSuffix takes suffix and credentials off the end of a name, and stores the
// suffix. At least one word remains, and two if the suffix may be a name itself.
func (n *Name) withoutSuffix(s span) span {
	for s.size() > 1 {
		if length := n.credentialOfWords(s); length > 0 {
			s.to -= length
			continue
		}
		last := &n.words[s.to-1]
		generation := readGeneration(last.text)
		whole := last.text == "junior" || last.text == "senior"
		switch {
		case isCredential(last.text):
		case generation == noGeneration, last.text == "i", last.text == "v" && len(n.words) == 2, whole && s.size() < 3 && !last.afterComma:
			return s
		case last.text == "v":
			n.suffix, n.suffixDoubtful = generation, true
		default:
			n.suffix, n.suffixDoubtful = generation, false
		}
		s.to--
	}
	return s
}

// credentialOfWords returns how many words at the end of a name are one credential of
// several words. Given name and surname remain.
func (n *Name) credentialOfWords(s span) int8 {
	words := n.words[s.from:s.to]
	switch count := len(words); {
	case count > 3 && hasTexts(words, count-3, []string{"attorney", "at", "law"}) && (count > 4 || words[count-3].afterComma):
		return 3
	case count > 3 && isDottedCredential(words[count-2:]):
		return 2
	}
	return 0
}
