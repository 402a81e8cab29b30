package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// withoutAside takes out what stands in brackets or quotes: a name somebody goes
// by, or had.
func withoutAside(whole string) string {
	for _, marks := range []string{"()", `""`, "“”", "[]"} {
		open, size := utf8.DecodeRuneInString(marks)
		from := strings.IndexRune(whole, open)
		if from < 0 {
			continue
		}
		if to := strings.Index(whole[from+size:], marks[size:]); to >= 0 {
			if rest := whole[:from] + " " + whole[from+size+to+len(marks[size:]):]; folded(rest) != "" {
				whole = rest
			}
		}
	}
	return whole
}

// shortest is how many letters each half of a word must have to be split by its
// capitals: McDonald and DeShawn are not.
const shortest = 3

// splitCapitals parts a whole name that was written as one word: SergeiLavrov.
func splitCapitals(whole string) (string, bool) {
	if strings.ContainsFunc(whole, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return whole, false
	}
	before := rune(0)
	for i, r := range whole {
		if unicode.IsUpper(r) && unicode.IsLower(before) && i >= shortest && len(whole)-i >= shortest && !strings.HasPrefix(whole, "Mac") {
			return whole[:i] + " " + whole[i:], true
		}
		before = r
	}
	return whole, false
}

func (n *Name) withoutTitles(s span) span {
	for s.size() > 1 && title(n.words[s.from].text) {
		s.from++
	}
	return s
}

// withoutSuffix takes suffix and credentials off the end of words, and takes
// note of the suffix. One stands there only behind a name, and behind two where
// it may be a name itself.
func (n *Name) withoutSuffix(s span) span {
	for s.size() > 1 {
		last := &n.words[s.to-1]
		generation := readGeneration(last.text)
		whole := last.text == "junior" || last.text == "senior"
		switch {
		case credential(last.text):
		case generation == noGeneration, last.text == "i", last.text == "v" && len(n.words) == 2, whole && s.size() < 3 && !last.comma:
			return s
		case last.text == "v":
			n.suffix, n.doubt = generation, true
		default:
			n.suffix, n.doubt = generation, false
		}
		s.to--
	}
	return s
}

// units are the words of a name that cannot be parted: by a hyphen, or a particle.
type units struct {
	bounds [maxUnits + 1]int8
	count  int
}

// maxUnits is up to how many are told apart; the rest is with the last.
const maxUnits = 7

// units finds them. A particle that stands first may be a given name, unless
// surnames lead.
func (n *Name) units(s span, surnameLeads bool) units {
	var u units
	u.bounds[0] = s.from
	for at := s.from + 1; at < s.to && u.count < maxUnits-1; at++ {
		before := n.words[at-1].text
		tied := n.words[at].tied || particle(before) && (at-1 > s.from || surnameLeads && at+1 < s.to)
		if tied || n.words[at].text == "y" && at+1 < s.to {
			continue
		}
		u.count++
		u.bounds[u.count] = at
	}
	if s.size() > 0 {
		u.count++
		u.bounds[u.count] = s.to
	}
	return u
}

// of returns the words of a range of units.
func (u *units) of(from, to int) span { return span{u.bounds[from], u.bounds[to]} }

// from returns the units from a position on.
func (u *units) from(at int) units {
	rest := units{count: u.count - at}
	copy(rest.bounds[:], u.bounds[at:])
	return rest
}
