package question

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/xrash/smetrics"

	"loanmap/pipeline/match"
)

const (
	// mostShown is how many columns are shown of a header.
	mostShown = 8
	// nearEnough is the least similarity of a name that is shown because it is like what
	// the user has asked for.
	nearEnough = 0.8
)

// ShownHeader describes the columns of a header to a person, those first whose names are
// like one in wanted, names separated by commas. It shows only names that are like one of
// these or made of known words: without a header, the first row has people's data.
func ShownHeader(header []string, wanted string) string {
	var shown []int
	near := map[int]float64{}
	for i, name := range header {
		near[i] = similarity(name, wanted)
		if name != "" && (near[i] >= nearEnough || knownName(name)) {
			shown = append(shown, i)
		}
	}
	slices.SortStableFunc(shown, func(a, b int) int { return cmp.Compare(near[b], near[a]) })
	shown = shown[:min(len(shown), mostShown)]
	if hidden := len(header) - len(shown); hidden > 0 && len(shown) > 0 {
		return fmt.Sprintf("%s and %d more", DescribeColumns(header, shown), hidden)
	}
	return DescribeColumns(header, shown)
}

// similarity is how much a name is like the nearest of those in wanted, from 0 to 1.
func similarity(name, wanted string) float64 {
	most := 0.0
	for text := range strings.SplitSeq(wanted, ",") {
		if a, b := Reduce(name), Reduce(text); a != "" && b != "" && len(name) <= longestHeader {
			most = max(most, smetrics.JaroWinkler(a, b, 0.7, 4))
		}
	}
	return most
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
	case ShownHeader(header, "") == "":
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
