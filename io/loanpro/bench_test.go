package loanpro

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"loanmap/io/pace"
)

// realistic is a page of n loans, each about as large as LoanPro's.
func realistic(n int) string {
	const filler = `"title":"L%[1]d","active":1,"loanStatusId":2,"primaryCustomerName":"Ann Example","secondaryCustomerName":null,` +
		`"principalBalance":"226.18","daysPastDue":0,"nextPaymentDate":"/Date(1431043200)/","nextPaymentAmount":"398.69",` +
		`"created":"/Date(1427829732)/","customFields":{"note":"%[2]s"},"collateral":{"vin":"%[2]s"}`
	loans := make([]string, n)
	for i := range loans {
		loans[i] = fmt.Sprintf(`{"id":%[1]d,"displayId":"L%[1]d","loanStatusText":"Open","archived":0,"deleted":0,`+filler+
			`,"customers":[{"id":%[1]d,"firstName":"Ann","lastName":"Example","email":"a@example.com"}],`+
			`"Customers":{"results":[{"id":"%[1]d","loanRole":"loan.customerRole.primary","firstName":"Ann","note":"%[2]s"}]}}`,
			i+1, strings.Repeat("x", 400))
	}
	return fmt.Sprintf(`{"d":{"results":[%s],"summary":{"start":0,"pageSize":100,"total":%d}}}`, strings.Join(loans, ","), n)
}

func BenchmarkDecodePage(b *testing.B) {
	c := newClient(b, testConfig(DefaultBaseURL))
	body := []byte(realistic(100))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		page, err := c.read(request{}, body)
		if err != nil || len(page.Results.hits) != 100 {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	const loans = 50 // fewer than a page: one request each
	config := testConfig("")
	c := onLoopback(b, respond(http.StatusOK, realistic(loans)))
	c.config.Pace = pace.NewLocal(1e9) // the benchmark is of the rest
	ids := make([]string, loans)
	for i := range ids {
		ids[i] = fmt.Sprintf("L%d", i+1)
	}
	b.SetParallelism(config.Workers)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			got, err := c.Find(b.Context(), anyStrategy, Texts(ids...))
			if err != nil || len(got) != loans {
				b.Error(len(got), err)
				return
			}
		}
	})
}
