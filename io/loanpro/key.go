package loanpro

import (
	"encoding/json"
	"strconv"
)

// Key is what a question holds: one field of one kind of record.
type Key int

// The keys that can be asked for.
const (
	DisplayID  Key = iota // a loan's number as people see it
	LoanID                // a loan's system ID
	CustomerID            // a customer's system ID
)

// String returns what people call the key.
func (k Key) String() string {
	switch k {
	case LoanID:
		return "loan ID"
	case CustomerID:
		return "customer ID"
	default:
		return "display ID"
	}
}

// records is the kind of record that the key is of, as paths name it.
func (k Key) records() string {
	if k == CustomerID {
		return "Customers"
	}
	return "Loans"
}

// field is the key's name in documents and queries (LoanPro docs, searching
// loans; system IDs seen in public code).
func (k Key) field() string {
	if k == DisplayID {
		return "displayId"
	}
	return "id"
}

// of returns what a hit holds under the key.
func (k Key) of(h *Hit) string {
	if k == DisplayID {
		return h.DisplayID
	}
	return strconv.FormatInt(h.ID, 10)
}

// term returns a value as a query holds it: system IDs are numbers there
// (LoanPro docs, searching autopays).
func (k Key) term(value string) any {
	if k == DisplayID {
		return value
	}
	return json.Number(value)
}

// expand is what a record brings along.
func (k Key) expand() string {
	if k == CustomerID {
		return ""
	}
	return "&$expand=Customers"
}
