package loanpro

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

const (
	phoneDigits     = 10 // of a number in the United States
	maxPhoneFormats = 4  // that a search asks for
	digitMark       = '#'
)

// PhoneFormats returns a phone of ten digits in the formats that the tenant's own
// phones have, such as (555) 123-4567: at most four, the most frequent first.
// Any other text is returned alone and unchanged, as is every text if the
// sample has no phones. It is for the findings of Phone.
func (f *Findings) PhoneFormats(phone string) []string {
	if len(f.phoneFormats) == 0 || len(phone) != phoneDigits || strings.ContainsFunc(phone, notDigit) {
		return []string{phone}
	}
	written := make([]string, len(f.phoneFormats))
	for i, way := range f.phoneFormats {
		digits := strings.NewReader(phone)
		written[i] = strings.Map(func(r rune) rune {
			if r == digitMark {
				r, _, _ = digits.ReadRune() // there are as many digits as marks
			}
			return r
		}, way)
	}
	return written
}

// phoneFormatsOf returns the most frequent formats of the phones of hits, with
// a mark for each of the ten digits.
func phoneFormatsOf(hits []Hit) []string {
	count := map[string]int{}
	for i := range hits {
		if way, ok := phoneFormatOf(hits[i].Phone); ok {
			count[way]++
		}
	}
	ways := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	return ways[:min(len(ways), maxPhoneFormats)]
}

// phoneFormatOf marks the digits of a phone that has ten, or 1 and ten more.
func phoneFormatOf(phone string) (way string, ok bool) {
	if strings.ContainsRune(phone, digitMark) || strings.TrimSpace(phone) != phone {
		return "", false
	}
	way = strings.Map(func(r rune) rune {
		if notDigit(r) {
			return r
		}
		return digitMark
	}, phone)
	first := strings.IndexByte(way, digitMark)
	switch strings.Count(way, string(digitMark)) {
	case phoneDigits:
		return way, true
	case phoneDigits + 1:
		return way[:first] + phone[first:first+1] + way[first+1:], phone[first] == '1'
	}
	return "", false
}
