package loanpro

import (
	"cmp"
	"encoding/json"
	"strconv"
)

// Key is what a question asks by: one field of a kind of record, or a
// customer's name.
type Key int

// The keys of a search.
const (
	DisplayID  Key = iota // a loan's number as people see it
	LoanID                // a loan's system ID
	CustomerID            // a customer's system ID
	CustomID              // a customer's number with the lender (Import ID)
	Email                 // a customer's email address
	Phone                 // a customer's first phone
	Name                  // what a customer is called: parts, see Value
)

// String returns the name of the key as people write it, such as "display ID".
func (k Key) String() string {
	return [...]string{"display ID", "loan ID", "customer ID", "custom ID", "email", "phone", "name"}[k]
}

// records returns the kind of record that has the key, as paths name it.
func (k Key) records() string {
	if k == DisplayID || k == LoanID {
		return "Loans"
	}
	return "Customers"
}

// kinds returns the kinds of record that can be searched, as paths name them.
func kinds() []string { return []string{"Loans", "Customers"} }

// keysOf returns the keys of a kind of record.
func keysOf(records string) []Key {
	if records == "Loans" {
		return []Key{DisplayID, LoanID}
	}
	return []Key{CustomerID, CustomID, Email, Phone, Name}
}

// field returns the name of the key's field in documents and queries (LoanPro
// docs, searching loans and customers; system IDs seen in public code). The
// field customerId is a government ID number, and is never used here.
func (k Key) field() string {
	return [...]string{"displayId", "id", "id", "customId", "email", "primaryPhone", "customerName"}[k]
}

// of returns the value of the key in a hit.
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

// number reports whether values of the key are numbers, in queries too (LoanPro
// docs, searching autopays).
func (k Key) number() bool { return k == LoanID || k == CustomerID }

// needsValue reports whether a hit without a value of the key is an error: it
// may be the record asked for.
func (k Key) needsValue() bool { return k == DisplayID || k == CustomID }

// listed reports whether OData lists can be filtered by the key: it is a field
// of the record itself (seen in public code).
func (k Key) listed() bool { return k <= CustomID }

// term returns a value as queries write it.
func (k Key) term(value Value) any {
	if k.number() {
		return json.Number(value.Text)
	}
	return value.Text
}

// expand returns the query parameter that adds related records.
func (k Key) expand() string {
	if k.records() == "Loans" {
		return "&$expand=Customers"
	}
	return ""
}
