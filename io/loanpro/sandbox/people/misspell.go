package people

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"
)

// shortName draws a nickname of a given name. Without one it returns the name.
func shortName(r random, given string) string {
	if short := shortNames()[given]; short != "" {
		return pick(r, strings.Fields(short))
	}
	return given
}

// shortNames lists the nicknames of a given name.
var shortNames = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"James": "Jim Jimmy Jamie", "Robert": "Bob Rob Bobby", "Patricia": "Pat Patty Trish", "John": "Jack Johnny",
		"Jennifer": "Jen Jenny", "Michael": "Mike Mick", "Elizabeth": "Liz Beth Betty", "William": "Bill Will Billy",
		"Barbara": "Barb", "Richard": "Rick Dick Rich", "Susan": "Sue Susie", "Joseph": "Joe Joey", "Jessica": "Jess",
		"Thomas": "Tom Tommy", "Sarah": "Sally", "Charles": "Chuck Charlie", "Christopher": "Chris Topher", "Daniel": "Dan Danny",
		"Matthew": "Matt", "Anthony": "Tony", "Margaret": "Peggy Maggie Meg", "Sandra": "Sandy", "Donald": "Don", "Steven": "Steve",
		"Kimberly": "Kim", "Andrew": "Andy Drew", "Joshua": "Josh", "Kenneth": "Ken Kenny", "Kevin": "Kev", "Amanda": "Mandy",
		"Dorothy": "Dot", "Timothy": "Tim", "Deborah": "Deb Debbie", "Ronald": "Ron Ronnie", "Stephanie": "Steph",
		"Edward": "Ed Ted Eddie", "Rebecca": "Becky", "Jeffrey": "Jeff", "Cynthia": "Cindy", "Jacob": "Jake", "Kathleen": "Kathy",
		"Nicholas": "Nick", "Angela": "Angie", "Jonathan": "Jon", "Stephen": "Steve", "Lawrence": "Larry", "Pamela": "Pam",
		"Benjamin": "Ben", "Samantha": "Sam", "Samuel": "Sam", "Katherine": "Kate Kathy Katie", "Gregory": "Greg",
		"Alexander": "Alex", "Raymond": "Ray", "Gerald": "Jerry", "Patrick": "Pat", "Nathaniel": "Nate", "Victoria": "Vicky",
		"Frederick": "Fred", "Frances": "Fran", "Theodore": "Ted", "Francisco": "Paco", "José": "Pepe", "Jose": "Pepe",
		"Guillermo": "Memo", "Phillip": "Phil", "Leonard": "Len", "Abigail": "Abby", "Zachary": "Zach", "Vincent": "Vince",
	}
})

// mistyped returns the word with one typing error in its ASCII letters after the
// first. A word that is too short is returned as it is.
func mistyped(r random, word string) string {
	runes := []rune(word)
	for range 20 {
		if len(runes) < 3 {
			return word
		}
		at := r.between(1, len(runes)-2)
		if !isLatin(runes[at]) || !isLatin(runes[at+1]) {
			continue
		}
		if wrong := string(typo(r, slices.Clone(runes), at)); wrong != word {
			return wrong
		}
	}
	return word
}

// typo makes one of four typing errors at a position that is not the last.
func typo(r random, runes []rune, at int) []rune {
	switch r.intn(4) {
	case 0:
		runes[at], runes[at+1] = runes[at+1], runes[at]
		return runes
	case 1:
		return slices.Insert(runes, at, runes[at])
	case 2:
		return slices.Delete(runes, at, at+1)
	}
	runes[at] = adjacentKey(r, runes[at])
	return runes
}

func isLatin(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }

// adjacentKey returns a letter next to key on a keyboard, in the same case.
func adjacentKey(r random, key rune) rune {
	for _, row := range []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		at := strings.IndexRune(row, unicode.ToLower(key))
		if at < 0 {
			continue
		}
		to := at + 1
		if to == len(row) || at > 0 && r.chance(5000) {
			to = at - 1
		}
		if unicode.IsUpper(key) {
			return unicode.ToUpper(rune(row[to]))
		}
		return rune(row[to])
	}
	return key
}

// plainLetters replaces letters whose mark is not a separate character.
var plainLetters = strings.NewReplacer("ß", "ss", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "æ", "ae", "đ", "d", "Đ", "D", "ı", "i", "’", "'")

// withoutMarks writes a name as an ASCII program does.
func withoutMarks(name string) string {
	return plainLetters.Replace(runes.Remove(runes.In(unicode.Mn)).String(norm.NFD.String(name)))
}
