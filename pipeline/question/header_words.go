package question

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// headerWords has the words of headers. Each has the one that patterns have for it; an
// empty one says nothing. A phrase may be written as one word.
var headerWords = wordTable(map[string]string{
	"loan":     "loan ln",
	"contract": "contract lease agreement mortgage deal",
	"note":     "note",
	"file":     "file",
	"account":  "account acct accnt acc ac",
	"number":   "number num numb no nbr nr nmbr",
	"id":       "id identifier ident",
	"display":  "display disp",
	"system":   "system internal",
	"loanpro":  "loanpro",
	"custom":   "custom",
	"import":   "import",
	"external": "external ext",

	"customer": "customer cust cstmr",
	"borrower": "borrower borr",
	"client":   "client debtor buyer lessee obligor applicant",
	"member":   "member mbr",
	"holder":   "holder",
	"primary":  "primary main prim",
	"name":     "name nm",
	"full":     "full complete",
	"first":    "first given",
	"middle":   "middle",
	"last":     "last family",
	"initial":  "initial init",
	"suffix":   "suffix sfx",
	"company":  "company business organization organisation",
	"entity":   "entity legal",
	"on":       "on",
	"of":       "of",

	"email":   "email",
	"mail":    "mail",
	"address": "address addr",
	"phone":   "phone telephone tel ph",
	"cell":    "cell mobile cellular",
	"home":    "home",
	"work":    "work",
	"contact": "contact",
	"private": "personal",
	"day":     "day daytime",
	"evening": "evening",
	"birth":   "birth",
	"date":    "date",
	"ssn":     "ssn ss",
	"social":  "social soc",
	"secure":  "security sec",
	"tax":     "tax",
	"tin":     "tin itin",
	"zip":     "zip",
	"post":    "postal post",
	"code":    "code",
	"mailing": "mailing",
	"4":       "four",
	"mi":      "mi",

	"generation":  "generation",
	"first name":  "fname forename",
	"middle name": "mname",
	"last name":   "lname surname",
	"birth date":  "birthdate birthday dob bdate",
	"zip code":    "zipcode postcode",
	"cell phone":  "cellphone",
	"":            "the required digit s",
})

// plainWords are words of headers that no pattern has. They are no names of people.
var plainWords = strings.Fields(`
	agent amount annual area as at balance batch branch by category channel charge city class collateral collector comment country county
	created credit current days dealer debit delinquent department description due email end fee field for from group in interest item
	lender line list make method model month monthly next notes open opened origination original outstanding owner paid payment payments
	payoff period plan portfolio principal product program purpose rate region remaining report row run schedule score sequence serial
	service source start state status street sum term terms time title to total transaction type unit updated user value vehicle vendor vin
	year`)

// wordTable turns the words by their meaning into the meaning of each.
func wordTable(byMeaning map[string]string) map[string]string {
	table := map[string]string{}
	for meaning, words := range byMeaning {
		for word := range strings.FieldsSeq(words) {
			table[word] = meaning
		}
	}
	return table
}

// meaningOf returns what a word in lower case means, or its singular.
func meaningOf(word string) (meaning string, known bool) {
	if meaning, known = headerWords[word]; known {
		return meaning, true
	}
	singular, plural := strings.CutSuffix(word, "s")
	meaning, known = headerWords[singular]
	return meaning, known && plural && len(singular) > 1 && !strings.HasSuffix(singular, "s")
}

// The shortest and the longest runs of letters that are taken for several words written
// together. Some can be cut in more than one way, so that long ones would take forever.
const shortestCompound, longestCompound = 5, 40

// meaningsOf returns what a run of letters means: a word, or several written together.
func meaningsOf(letters string) (meanings []string, known bool) {
	if meaning, known := meaningOf(letters); known {
		return []string{meaning}, true
	}
	if len(letters) >= shortestCompound && len(letters) <= longestCompound {
		return compound(letters)
	}
	return nil, false
}

// compound cuts letters into words, the longest first.
func compound(letters string) (meanings []string, known bool) {
	if meaning, known := meaningOf(letters); known {
		return []string{meaning}, true
	}
	const shortest = 2 // letters of a word
	for cut := len(letters) - shortest; cut >= shortest; cut-- {
		first, known := meaningOf(letters[:cut])
		if !known {
			continue
		}
		if rest, known := compound(letters[cut:]); known {
			return append([]string{first}, rest...), true
		}
	}
	return nil, false
}

// rewrites give phrases of one meaning one form. They are applied in turn.
var rewrites = []struct {
	phrase *regexp.Regexp
	form   string
}{
	{regexp.MustCompile(`.*\b(bank|checking|savings|card|routing)\b.*`), "$1"}, // its account is not a loan
	{regexp.MustCompile(`\bloan pro\b`), "loanpro"},
	{regexp.MustCompile(`\be mail\b`), "email"},
	{regexp.MustCompile(`\bf name\b`), "first name"},
	{regexp.MustCompile(`\bm name\b`), "middle name"},
	{regexp.MustCompile(`\bl name\b`), "last name"},
	{regexp.MustCompile(`\b(birth date|date|name|id|last 4|email|phone) of (\w+)\b`), "$2 $1"},
	{regexp.MustCompile(`\bprimary (customer|borrower|client)\b|\b(customer|borrower|client) (?:1|primary)\b`), "$1$2"},
	{regexp.MustCompile(`\b(?:customer|borrower|client) (customer|borrower|client)\b`), "$1"},
}

// longestHeader is how many bytes of text may be the name of a column.
const longestHeader = 200

// wordsOf returns the words of a header in the form in which patterns have them: "loan
// number" for Loan #, LOAN_NO. and loanNumbers. Unknown words stay as they are.
func wordsOf(header string) string {
	if len(header) > longestHeader {
		return ""
	}
	var found []string
	for _, run := range runsOf(header) {
		meanings, known := meaningsOf(strings.ToLower(run))
		if !known {
			meanings = nil
			for _, part := range camelParts(run) {
				meanings = append(meanings, knownOrSame(strings.ToLower(part))...)
			}
		}
		found = append(found, meanings...)
	}
	text := strings.Join(slices.DeleteFunc(found, func(word string) bool { return word == "" }), " ")
	if len(found) < 2 {
		return text
	}
	for _, r := range rewrites {
		text = r.phrase.ReplaceAllString(text, r.form)
	}
	return text
}

func knownOrSame(word string) []string {
	if meanings, known := meaningsOf(word); known {
		return meanings
	}
	return []string{word}
}

// camelParts cuts letters where a capital begins a word: LoanIDType is Loan, ID, Type.
func camelParts(letters string) []string {
	var parts []string
	r, from := []rune(letters), 0
	for i := 1; i < len(r); i++ {
		if unicode.IsUpper(r[i]) && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			parts = append(parts, string(r[from:i]))
			from = i
		}
	}
	return append(parts, string(r[from:]))
}

// possessive is the ending of Borrower's.
var possessive = regexp.MustCompile(`(\pL)['’][sS]\b`)

// runsOf cuts a header into its runs of letters and of digits. Single letters next to
// each other are one run, as in D.O.B. and A/C. The sign # is a word.
func runsOf(header string) []string {
	text := possessive.ReplaceAllString(norm.NFKC.String(header), "$1")
	var runs []string
	afterSingle := false
	for _, run := range letterRuns.FindAllString(strings.ReplaceAll(text, "#", " number "), -1) {
		single := len(run) == 1 && unicode.IsLetter(rune(run[0]))
		if single && afterSingle {
			runs[len(runs)-1] += run
		} else {
			runs = append(runs, run)
		}
		afterSingle = single
	}
	return runs
}

var letterRuns = regexp.MustCompile(`\pL[\pL\pM]*|\pN+`)

// headerPatterns are the headers of one kind of column, as wordsOf writes them. A pattern
// counts only where no column fits an earlier one.
type headerPatterns []*regexp.Regexp

// patternParts are parts of patterns that several have: words for a customer, whose a
// column is, words for a loan, and those for a loan where LoanPro's word is missing.
var patternParts = strings.NewReplacer(
	"{customer}", "(?:customer|borrower|client)",
	"{their}", "(?:(?:customer|borrower|client|member|primary) )?",
	"{loan}", "(?:loan|account|loan account|account loan)",
	"{contract}", "(?:(?:loan|account) )?(?:contract|note|file)(?: account)?",
)

// patterns returns patterns of whole headers.
func patterns(texts ...string) headerPatterns {
	var all headerPatterns
	for _, text := range texts {
		all = append(all, regexp.MustCompile("^(?:"+patternParts.Replace(text)+")$"))
	}
	return all
}

// anywhere returns a pattern of parts of headers.
func anywhere(text string) *regexp.Regexp { return regexp.MustCompile(patternParts.Replace(text)) }

// columns returns the columns that are named as the patterns say.
func (p headerPatterns) columns(h *header) []int {
	for _, pattern := range p {
		var found []int
		for i, words := range h.words {
			if pattern.MatchString(words) {
				found = append(found, i)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// header is a row of names of columns, with the words of each.
type header struct{ names, words []string }

func readHeader(names []string) *header {
	h := &header{names, make([]string, len(names))}
	for i, name := range names {
		h.words[i] = wordsOf(name)
	}
	return h
}
