package loanpro_test

import (
	"fmt"

	"loanmap/io/loanpro"
)

// A person has pasted the address of a page instead of a loan's number. The route
// is like those seen in public code; LoanPro does not document it.
func ExampleParsePageURL() {
	cell := "https://loanpro.simnang.com/client/app/index.php#/t_/5200001/loan/menu?loanid=8890"
	page, ok := loanpro.ParsePageURL(cell)
	fmt.Println(ok, page.OfLoanPro(), page.Conflict)
	fmt.Println("tenant", page.Tenant, "loan", page.Loan)

	_, ok = loanpro.ParsePageURL("L-000212")
	fmt.Println(ok)
	// Output:
	// true true false
	// tenant 5200001 loan 8890
	// false
}

// A token may be pasted with the word Bearer, and never shows.
func ExampleNewToken() {
	token, err := loanpro.NewToken(" Bearer kv2_dG9rZW4= ")
	fmt.Println(token, err)
	// Output: [redacted] <nil>
}
