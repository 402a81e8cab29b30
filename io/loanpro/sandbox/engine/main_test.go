package engine

import (
	"encoding/json"
	"strings"
	"sync"

	"pgregory.net/rapid"

	"loanmap/io/loanpro/sandbox/people"
)

// tenant has real-looking records to index. All tests share it.
var tenant = sync.OnceValue(func() *people.Tenant {
	return people.Generate(people.Config{Loans: 2_000, Seed: 3, Present: 1})
})

// texts is a field with one text for each document.
func texts(of ...string) Texts {
	return func(doc int, yield func(string)) { yield(of[doc]) }
}

// loansIndex indexes the display IDs of loans.
func loansIndex(loans []people.Loan, settings Settings) *Index {
	return New(len(loans), settings,
		Key("displayId", func(doc int, yield func(string)) { yield(loans[doc].DisplayID) }))
}

// nameFields are the fields of customersIndex.
var nameFields = []string{"firstName", "middleName", "lastName", "companyName"}

// customersIndex indexes the names of customers.
func customersIndex(customers []people.Customer, settings Settings) *Index {
	field := func(name string, of func(*people.Customer) string) Field {
		return Text(name, func(doc int, yield func(string)) { yield(of(&customers[doc])) })
	}
	return New(len(customers), settings,
		field("firstName", func(c *people.Customer) string { return c.FirstName }),
		field("middleName", func(c *people.Customer) string { return c.MiddleName }),
		field("lastName", func(c *people.Customer) string { return c.LastName }),
		field("companyName", func(c *people.Customer) string { return c.CompanyName }))
}

// found returns the documents that a query finds.
func found(t rapid.TB, x *Index, query any) []int32 {
	t.Helper()
	q, err := parsed(t, x, query)
	if err != nil {
		t.Fatal(err)
	}
	return q.Hits().docs
}

// parsed sends a query through JSON, as a client does.
func parsed(t rapid.TB, x *Index, query any) (*Query, error) {
	t.Helper()
	text, err := json.Marshal(query)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	var raw any
	if err := decoder.Decode(&raw); err != nil {
		t.Fatal(err)
	}
	return x.Parse(raw)
}

// escaped puts a backslash before every special character of a query_string.
func escaped(word string) string {
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune(`+-=&|><!(){}[]^"~*?:\/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// tokens cuts a text as the standard analyzer does.
func tokens(text string) []string { return analyzer(tokenize).tokens(text) }

// wildcards reads * and ? in a text as wildcards.
func wildcards(text string) []symbol {
	var out []symbol
	for _, r := range text {
		out = append(out, symbol{r, r == '*' || r == '?'})
	}
	return out
}

// distance is the textbook's edit distance with swaps.
func distance(a, b string) int { return distanceOf([]rune(a), []rune(b), map[[2]int]int{}) }

func distanceOf(a, b []rune, known map[[2]int]int) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	at := [2]int{len(a), len(b)}
	if d, ok := known[at]; ok {
		return d
	}
	d := 1 + min(distanceOf(a[1:], b, known), distanceOf(a, b[1:], known))
	change := distanceOf(a[1:], b[1:], known)
	if a[0] != b[0] {
		change++
	}
	d = min(d, change)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, 1+distanceOf(a[2:], b[2:], known))
	}
	known[at] = d
	return d
}
