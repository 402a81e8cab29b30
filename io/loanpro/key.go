package loanpro

import (
	"cmp"
	"encoding/json"
	"strconv"
)

// Key is what a question holds: one field of one kind of record, or all that a
// customer is called.
type Key int

// The keys that can be asked for.
const (
	DisplayID  Key = iota // a loan's number as people see it
	LoanID                // a loan's system ID
	CustomerID            // a customer's system ID
	CustomID              // a customer's number with the lender (Import ID)
	Email                 // a customer's email address
	Phone                 // a customer's first phone
	Name                  // what a customer is called: parts, see Value
)

// String returns what people call the key.
func (k Key) String() string {
	return [...]string{"display ID", "loan ID", "customer ID", "custom ID", "email", "phone", "name"}[k]
}

// records is the kind of record that the key is of, as paths name it.
func (k Key) records() string {
	if k == DisplayID || k == LoanID {
		return "Loans"
	}
	return "Customers"
}

// kinds are the kinds of record that can be searched, as paths name them.
func kinds() []string { return []string{"Loans", "Customers"} }

// keysOf returns the keys of a kind of record.
func keysOf(records string) []Key {
	if records == "Loans" {
		return []Key{DisplayID, LoanID}
	}
	return []Key{CustomerID, CustomID, Email, Phone, Name}
}

// field is the key's name in documents and queries (LoanPro docs, searching
// loans and customers; system IDs seen in public code). A customer's customerId
// is the number of a government paper, which nothing here asks for.
func (k Key) field() string {
	return [...]string{"displayId", "id", "id", "customId", "email", "primaryPhone", "customerName"}[k]
}

// of returns what a hit holds under the key.
func (k Key) of(h *Hit) string {
	switch k {
	case DisplayID:
		return h.DisplayID
	case CustomID:
		return h.CustomID
	case Email:
		return h.Email
	case Phone:
		return h.Phone
	case Name:
		if h.person() {
			return h.First + " " + h.Last
		}
		return cmp.Or(h.Company, h.Name)
	case LoanID, CustomerID:
	}
	return strconv.FormatInt(h.ID, 10)
}

// number reports whether the key's values are numbers, in queries too (LoanPro
// docs, searching autopays).
func (k Key) number() bool { return k == LoanID || k == CustomerID }

// telling reports whether a hit that does not say its value of the key may be
// any of those asked for.
func (k Key) needsValue() bool { return k == DisplayID || k == CustomID }

// listed reports whether lists of the database can be filtered by the key: its
// field is one of the record itself (seen in public code).
func (k Key) listed() bool { return k <= CustomID }

// term returns a value as a query holds it.
func (k Key) term(value Value) any {
	if k.number() {
		return json.Number(value.Text)
	}
	return value.Text
}

// expand is what a record brings along.
func (k Key) expand() string {
	if k.records() == "Loans" {
		return "&$expand=Customers"
	}
	return ""
}
