package people

import (
	"strconv"
	"strings"
)

// The files of a tenant.
const (
	loansFile     = "loans.csv"
	customersFile = "customers.csv"
	rowsFile      = "rows.csv"
)

const rolePrefix = "loan.customerRole."

// loanRow is a line of loans.csv. All cells are text: gocsv accepts more than
// one form of numbers and flags, and its errors have no line.
type loanRow struct {
	ID        string `csv:"id"`
	DisplayID string `csv:"display_id"`
	Title     string `csv:"title"`
	Status    string `csv:"status"`
	Archived  string `csv:"archived"`
	Deleted   string `csv:"deleted"`
	Temporary string `csv:"temporary"`
	Customers string `csv:"customers"` // 751:primary;752:secondary
}

func newLoanRow(l Loan) loanRow {
	return loanRow{
		ID: strconv.Itoa(l.ID), DisplayID: l.DisplayID, Title: l.Title, Status: l.Status,
		Archived: flagCell(l.Archived), Deleted: flagCell(l.Deleted), Temporary: flagCell(l.Temporary),
		Customers: linksCell(l.Customers),
	}
}

// customerRow is a line of customers.csv. Its ID is text for the same reason.
type customerRow struct {
	ID string `csv:"id"`
	Customer
}

func newCustomerRow(c Customer) customerRow { return customerRow{strconv.Itoa(c.ID), c} }

func flagCell(flag bool) string {
	if flag {
		return "1"
	}
	return "0"
}

func linksCell(links []Link) string {
	parts := make([]string, len(links))
	for i, link := range links {
		parts[i] = strconv.Itoa(link.CustomerID) + ":" + strings.TrimPrefix(link.Role, rolePrefix)
	}
	return strings.Join(parts, ";")
}
