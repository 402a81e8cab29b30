package loanpro

import (
	"strings"
	"testing"
)

const (
	shared = "loanpro.simnang.com"
	app    = "https://" + shared + "/client/app/index.php"
)

var pageURLs = []struct {
	name, cell string
	want       PageURL
}{
	// Where the IDs are.
	{"a hash route with a query", "https://beta-loanpro.simnang.com/client/app/index.php#/t_/797/loan/menu?loanid=8890",
		PageURL{Host: "beta-loanpro.simnang.com", Tenant: "797", Loan: 8890}},
	{"a loan within a customer", app + "#/t_/797/customer/751/loan/8890", PageURL{Host: shared, Tenant: "797", Customer: 751, Loan: 8890}},
	{"a customer within a loan", app + "#/t_/797/loan/8890/customer/751", PageURL{Host: shared, Tenant: "797", Customer: 751, Loan: 8890}},
	{"the number after a view", app + "#/t_/797/loan/menu/8890?", PageURL{Host: shared, Tenant: "797", Loan: 8890}},
	{"a hashbang", app + "#!/t_/797/loan/8890", PageURL{Host: shared, Tenant: "797", Loan: 8890}},
	{"a path", "https://" + shared + "/loans/8890/summary", PageURL{Host: shared, Loan: 8890}},
	{"a slash at the end", "https://" + shared + "/loan/8890/", PageURL{Host: shared, Loan: 8890}},
	{"slashes doubled", "https://" + shared + "//loan//8890", PageURL{Host: shared, Loan: 8890}},
	{"a customer", "https://" + shared + "/customer/751", PageURL{Host: shared, Customer: 751}},
	{"id= after loan", app + "#/loan/menu?tab=3&id=8890", PageURL{Host: shared, Loan: 8890}},
	{"id= after customers", app + "#/customers?id=751", PageURL{Host: shared, Customer: 751}},
	{"id= after a semicolon", app + "#/loan;id=8890;tab=3", PageURL{Host: shared, Loan: 8890}},
	{"/loan/id/", app + "#/loan/id/8890", PageURL{Host: shared, Loan: 8890}},
	{"queries before and within the fragment", app + "?tenantid=797&customer_id=751#/loan?loan_id=8890",
		PageURL{Host: shared, Tenant: "797", Customer: 751, Loan: 8890}},
	{"a query straight after the host", "https://" + shared + "?loanId=8890", PageURL{Host: shared, Loan: 8890}},
	{"a fragment straight after the host", "https://" + shared + "#loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"tenant and instance", "https://" + shared + "/x?tenant=797&instance=797", PageURL{Host: shared, Tenant: "797"}},
	{"&amp;", app + "?tab=3&amp;loanid=8890", PageURL{Host: shared, Loan: 8890}},
	{"an entity of the API", DefaultBaseURL + "/odata.svc/Loans(8890)?$expand=Customers", PageURL{Host: shared, Loan: 8890}},
	{"an entity at the end", DefaultBaseURL + "/odata.svc/Customers(751)", PageURL{Host: shared, Customer: 751}},
	{"an entity by id=", DefaultBaseURL + "/odata.svc/Loans(id=8890)/Customers(751)", PageURL{Host: shared, Loan: 8890, Customer: 751}},
	{"the same twice", app + "#/loan/8890?loanid=8890&id=8890", PageURL{Host: shared, Loan: 8890}},
	{"18 digits", app + "?loanid=999999999999999999", PageURL{Host: shared, Loan: 999_999_999_999_999_999}},
	{"a payment of a loan", app + "#/loan/8890/payments/55", PageURL{Host: shared, Loan: 8890}},
	{"a payment of a loan by id=", app + "#/loan/8890/payment?id=55", PageURL{Host: shared, Loan: 8890}},
	{"a placeholder", app + "#/loan/8890?loanid=0&customerid=", PageURL{Host: shared, Loan: 8890}},

	// Notations.
	{"upper case", "HTTPS://LoanPro.SimNang.COM/Client/App#/T_/797/LOAN/8890?CustomerID=751",
		PageURL{Host: shared, Tenant: "797", Loan: 8890, Customer: 751}},
	{"http", "http://loanpro.simnang.com/loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"no scheme", "lender.simnang.com/loan/8890", PageURL{Host: "lender.simnang.com", Loan: 8890}},
	{"no scheme in upper case", "LENDER.LOANPRO.IO/loan/8890", PageURL{Host: "lender.loanpro.io", Loan: 8890}},
	{"no scheme, no subdomain", "simnang.com/8890", PageURL{Host: "simnang.com"}},
	{"a port", "https://lender.simnang.com:8443/loan/8890", PageURL{Host: "lender.simnang.com", Loan: 8890}},
	{"a dot after the host", "https://loanpro.simnang.com./loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"a user", "https://someone:hunter2@loanpro.simnang.com/loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"what cannot be seen around", "\ufeff\u00a0 https://loanpro.simnang.com/loan/8890\u200b\r\n", PageURL{Host: shared, Loan: 8890}},
	{"a full stop after", app + "?loanid=8890.", PageURL{Host: shared, Loan: 8890}},
	{"a bracket and a comma after", app + "#/loan/8890),", PageURL{Host: shared, Loan: 8890}},
	{"an encoded #", "https://" + shared + "/client/app/index.php%23%2Ft_%2F797%2Floan%3Fid%3D8890",
		PageURL{Host: shared, Tenant: "797", Loan: 8890}},
	{"an encoded space", app + "?q=A%20B+C#/loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"a stray %", app + "?q=50%#/loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"invalid encoding", app + "?q=%zz%#/loan/8890", PageURL{Host: shared, Loan: 8890}},
	{"bytes that are no text", app + "?q=\xff%ff#/loan/8890", PageURL{Host: shared, Loan: 8890}},

	// Numbers that are not IDs.
	{"a page without IDs", app + "#/companies", PageURL{Host: shared}},
	{"a tenant's page", app + "#/t_/797/loan/menu", PageURL{Host: shared, Tenant: "797"}},
	{"a tenant's page by id=", app + "#/t_/797?id=8890", PageURL{Host: shared, Tenant: "797"}},
	{"a bare number", "https://" + shared + "/8890?id=8890&page=2#8890", PageURL{Host: shared}},
	{"a number after the loan's", app + "#/loan/8890/12", PageURL{Host: shared, Loan: 8890}},
	{"a payment", app + "#/loan/payments/55", PageURL{Host: shared}},
	{"a payment by id=", app + "#/loan/payments?id=55", PageURL{Host: shared}},
	{"an entity of another kind", DefaultBaseURL + "/odata.svc/Payments(55)", PageURL{Host: shared}},
	{"words that hold loan", app + "?loandisplayid=8890#/loanpro/8890/payloan/8890", PageURL{Host: shared}},
	{"zero", app + "?loanid=0&customerid=000", PageURL{Host: shared}},
	{"a zero before", app + "#/loan/08890", PageURL{Host: shared}},
	{"a number after zero", app + "#/loan/0/8890", PageURL{Host: shared}},
	{"a sign", app + "?loanid=-8890&customerid=+751", PageURL{Host: shared}},
	{"19 digits", app + "?loanid=1000000000000000000", PageURL{Host: shared}},
	{"a fraction", app + "?loanid=8890.5", PageURL{Host: shared}},
	{"letters after", app + "#/loan/8890abc", PageURL{Host: shared}},
	{"a list", app + "?loanid=8890,8891", PageURL{Host: shared}},
	{"digits of another script", app + "#/loan/８８９０?customerid=٧٥١", PageURL{Host: shared}},
	{"cut short by dots", app + "#/loan/88...", PageURL{Host: shared}},
	{"cut short by an ellipsis", app + "#/loan/88…", PageURL{Host: shared}},
	{"an entity with more after it", DefaultBaseURL + "/Loans(8890)0", PageURL{Host: shared}},

	// More than one URL.
	{"words after", app + "#/loan/8890 or 8891", PageURL{Host: shared}},
	{"another URL after", app + "#/loan/8890\nhttps://loanpro.simnang.com/loan/8891", PageURL{Host: shared}},
	{"another URL after a comma", app + "#/loan/8890,https://loanpro.simnang.com/loan/8891", PageURL{Host: shared}},
	{"another URL within", "https://" + shared + "/login?to=https%3A%2F%2Fevil.example%2Floan%2F8890", PageURL{Host: shared}},

	// Contradictions.
	{"two loans", app + "#/loan/8890?loanid=8891", PageURL{Host: shared, Conflict: true}},
	{"two loans of one customer", app + "?loanid=1&loanid=2&loanid=2&customerid=751", PageURL{Host: shared, Customer: 751, Conflict: true}},
	{"two loans, the first again", app + "?loanid=1&loanid=2&loanid=1", PageURL{Host: shared, Conflict: true}},
	{"a loan and id=", app + "#/loan/8890?id=55", PageURL{Host: shared, Conflict: true}},
	{"two customers", DefaultBaseURL + "/Customers(751)?customer_id=752#/loan/8890", PageURL{Host: shared, Loan: 8890, Conflict: true}},
	{"two tenants", app + "?tenant=798#/t_/797/loan/8890", PageURL{Host: shared, Loan: 8890, Conflict: true}},

	// Other hosts.
	{"another site", "https://evil.example/loan/8890", PageURL{Host: "evil.example", Loan: 8890}},
	{"LoanPro's name before another's", "https://simnang.com.evil.example/loan/8890", PageURL{Host: "simnang.com.evil.example", Loan: 8890}},
	{"a longer name", "https://evilsimnang.com/loan/8890", PageURL{Host: "evilsimnang.com", Loan: 8890}},
	{"LoanPro's name as user", "https://simnang.com@evil.example/loan/8890", PageURL{Host: "evil.example", Loan: 8890}},
	{"LoanPro's name as user and password", "https://loanpro.simnang.com:443@evil.example/", PageURL{Host: "evil.example"}},
	{"LoanPro's name in the path", "https://evil.example/loanpro.simnang.com/", PageURL{Host: "evil.example"}},
	{"LoanPro's name in the fragment", "https://evil.example#.simnang.com/", PageURL{Host: "evil.example"}},
	{"a borrowers' portal", "https://lender.loanpro.software/loan/8890", PageURL{Host: "lender.loanpro.software", Loan: 8890}},
	{"a letter like s", "https://ſimnang.com/loan/8890", PageURL{Host: "ſimnang.com", Loan: 8890}},
	{"an address", "https://[::1]:8080/loan/8890", PageURL{Host: "::1", Loan: 8890}},

	// Malformed URLs.
	{"a scheme alone", "https://", PageURL{}},
	{"no host", "https:///loan/8890", PageURL{}},
	{"a port alone", "https://:443/loan/8890", PageURL{}},
	{"an invalid port", "https://loanpro.simnang.com:x/loan/8890", PageURL{}},
	{"a backslash", `https://evil.example\.simnang.com/loan/8890`, PageURL{}},
	{"a backslash before @", `https://simnang.com\@evil.example/loan/8890`, PageURL{}},
	{"a space in the host", "https://evil.example .simnang.com/loan/8890", PageURL{}},
	{"an encoded host", "https://evil.example%2F.simnang.com/loan/8890", PageURL{}},
	{"half an address", "https://[::1/loan/8890", PageURL{}},
}

func TestPageURLIsRead(t *testing.T) {
	for _, test := range pageURLs {
		t.Run(test.name, func(t *testing.T) {
			got, ok := ParsePageURL(test.cell)
			if !ok {
				t.Fatalf("%q is no URL", test.cell)
			}
			if got != test.want {
				t.Errorf("%q says\n%+v, want\n%+v", test.cell, got, test.want)
			}
		})
	}
}

var ordinaryCells = []string{
	"", " ", "8890", "L000212", "2021/00123", "a.b/12", "HTTP-12", "http", "http:", "http:/", "https:8890",
	"loan/8890", "loan://8890", "ftp://loanpro.simnang.com/loan/8890", "//loanpro.simnang.com/loan/8890",
	"/loan/8890", "simnang.com", "simnang.com?loanid=8890", "loanpro/8890", "com/8890", ".simnang.com/8890",
	"a..simnang.com/8890", "see https://loanpro.simnang.com/loan/8890", "evil.example/loan/8890",
	"simnang.com.evil.example/loan/8890", "evilsimnang.com/loan/8890", "simnang.com@evil.example/loan/8890",
	"x@loanpro.simnang.com/loan/8890", `a\b.simnang.com/8890`, "a b.simnang.com/8890", "ſimnang.com/8890",
	"lender.loanpro.software/loan/8890", "хttps://loanpro.simnang.com/loan/8890", "\xff://", "://", "/", "#/loan/8890",
}

func TestPageURLIsNotSeenInOrdinaryCells(t *testing.T) {
	for _, cell := range ordinaryCells {
		if page, ok := ParsePageURL(cell); ok || page != (PageURL{}) {
			t.Errorf("%q is read as a URL: %+v", cell, page)
		}
	}
}

func TestPageURLHost(t *testing.T) {
	tests := map[string]bool{
		"simnang.com": true, "loanpro.simnang.com": true, "beta-loanpro.simnang.com": true, "a.b.simnang.com": true,
		"loanpro.io": true, "help.loanpro.io": true, "LoanPro.SIMNANG.com": true, "loanpro.simnang.com.": true,

		"": false, ".": false, "com": false, "evil.example": false, "evilsimnang.com": false, "simnang.com.evil.example": false,
		"simnang.co": false, "loanpro.com": false, "loanpro.software": false, "lender.loanpro.software": false,
		".simnang.com": false, "a..simnang.com": false, "simnang.com..": false, "simnang.com:443": false,
		"x@simnang.com": false, "evil.example/.simnang.com": false, `evil.example\.simnang.com`: false,
		"evil.example#.simnang.com": false, "a b.simnang.com": false, "ſimnang.com": false, "ѕimnang.com": false,
		"loanpro。simnang.com": false, "simnang.com\x00": false, "\xff.simnang.com": false,
	}
	for host, want := range tests {
		if got := (PageURL{Host: host}).OfLoanPro(); got != want {
			t.Errorf("%q: %t, want %t", host, got, want)
		}
	}
}

func FuzzPageURL(f *testing.F) {
	for _, test := range pageURLs {
		f.Add(test.cell)
	}
	for _, cell := range ordinaryCells {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		page, ok := ParsePageURL(cell)
		switch {
		case !ok && page != (PageURL{}):
			t.Errorf("no URL, but says %+v", page)
		case ok && !beginsLikeURL(cell):
			t.Errorf("read as a URL: %+v", page)
		case !strings.Contains(cell, "://") && ok && !page.OfLoanPro():
			t.Errorf("another's page without scheme: %+v", page)
		case page.Host == "" && page != (PageURL{}):
			t.Errorf("a page of no host: %+v", page)
		}
		const most = 999_999_999_999_999_999
		if page.Loan < 0 || page.Customer < 0 || page.Loan > most || page.Customer > most {
			t.Errorf("IDs out of range: %+v", page)
		}
		if page.Tenant != "" && !systemID(page.Tenant) {
			t.Errorf("tenant %q", page.Tenant)
		}
		if page.Conflict && page.Loan > 0 && page.Customer > 0 && page.Tenant != "" {
			t.Errorf("a contradiction about nothing: %+v", page)
		}
		if again, okAgain := ParsePageURL(" " + cell + "\n"); again != page || okAgain != ok {
			t.Errorf("white space around makes %+v of %+v", again, page)
		}
	})
}

// beginsLikeURL is a second implementation of the start of a URL.
func beginsLikeURL(cell string) bool {
	cell = strings.ToLower(strings.TrimLeftFunc(cell, invisible))
	host, _, slash := strings.Cut(cell, "/")
	host = strings.TrimSuffix(host, ".")
	return strings.HasPrefix(cell, "http://") || strings.HasPrefix(cell, "https://") ||
		slash && (strings.HasSuffix("."+host, ".simnang.com") || strings.HasSuffix("."+host, ".loanpro.io"))
}
