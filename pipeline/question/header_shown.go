package question

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"loanmap/pipeline/match"
)

// ShownHeader describes a header to a person. It shows only names that are made of known
// words: without a header, the first row has people's data.
func ShownHeader(header []string) string {
	var shown []string
	for _, name := range header {
		if name != "" && knownName(name) {
			shown = append(shown, fmt.Sprintf("%q", name))
		}
	}
	if hidden := len(header) - len(shown); hidden > 0 && len(shown) > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(shown, ", "), hidden)
	}
	return strings.Join(shown, ", ")
}

// knownName reports whether a name is made of words of headers.
func knownName(name string) bool {
	if len(name) > longestHeader {
		return false
	}
	for _, run := range runsOf(name) {
		for _, part := range camelParts(run) {
			word := strings.ToLower(part)
			_, known := meaningsOf(word)
			if !known && !slices.Contains(plainWords, word) && !slices.Contains(plainWords, strings.TrimSuffix(word, "s")) {
				return false
			}
		}
	}
	return true
}

// fewestDigits is how many digits the IDs have that are taken for data in a header.
const fewestDigits = 3

// LikeData returns the first column whose name in a header looks like data of the kind,
// as where a file has no header; -1: there is none.
func (k *Kind) LikeData(header []string) int { return slices.IndexFunc(header, k.likeData) }

// firstRow returns a column whose name makes the header look like the first row of data:
// the key's, or any if no name is made of known words; -1: there is none.
func (k *Kind) firstRow(header []string, key int) int {
	switch {
	case k.likeData(header[key]):
		return key
	case ShownHeader(header) == "":
		return k.LikeData(header)
	}
	return -1
}

// likeData reports whether a name is an ID, which has more digits than letters, or an
// email address.
func (k *Kind) likeData(name string) bool {
	if k.Agreement == ByPerson || len(name) > longestHeader {
		return false
	}
	if k == Emails {
		return match.ReadEmail(name) != ""
	}
	digits, letters := 0, 0
	for _, r := range name {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return digits >= fewestDigits && digits > letters
}
