package loanpro

import (
	"fmt"
	"testing"
)

// The fields that make a record not live are the same for loans and customers.
func TestWhatIsNotLive(t *testing.T) {
	t.Parallel()
	live, deleted, temporary := Hit{ID: 1}, Hit{ID: 1, Deleted: true}, Hit{ID: 1, Temporary: true}
	tests := map[string]Hit{
		`"active":1`: live, `"active":"1"`: live, `"active":true`: live, `"active":1.0`: live, `"active":null`: live, `"active":""`: live,
		`"active":0`: deleted, `"active":"0"`: deleted, `"active":false`: deleted, `"active":0.0`: deleted, `"active":"no"`: deleted,
		`"active":"maybe"`: deleted,

		`"deletedAt":null`: live, `"deletedAt":""`: live, `"deletedAt":0`: live, `"deletedAt":"0"`: live, `"deletedAt":false`: live, `"deletedAt":[]`: live,
		`"deletedAt":"/Date(-62169984000)/"`: live, `"deletedAt":"\/Date(-62169984000)\/"`: live, `"deletedAt":"/Date(0)/"`: live,
		`"deletedAt":-62169984000`: live, `"deletedAt":"/Date(-62169984000000)/"`: live, `"deletedAt":"/Date(0+0000)/"`: live,
		`"deletedAt":"0000-00-00"`: live, `"deletedAt":"0000-00-00 00:00:00"`: live, `"deletedAt":"-0001-11-30T00:00:00Z"`: live, `"deletedAt":"1970-01-01"`: live,
		`"deletedAt":"/Date(1427829732)/"`: deleted, `"deletedAt":"\/Date(1427829732)\/"`: deleted, `"deletedAt":"/Date(1427829732+0000)/"`: deleted,
		`"deletedAt":1427829732`: deleted, `"deletedAt":"1427829732"`: deleted, `"deletedAt":true`: deleted,
		`"deletedAt":"2015-03-31"`: deleted, `"deletedAt":"03/31/2015"`: deleted, `"deletedAt":"2015-03-31 10:00:00"`: deleted,
		`"deletedAt":{"date":"2015-03-31"}`: deleted, `"deletedAt":"yesterday"`: deleted,

		`"deleted":1`: deleted, `"deleted":"yes"`: deleted, `"deleted":"maybe"`: deleted, `"deleted":{"x":1}`: deleted, `"deleted":[]`: live, `"deleted":"no"`: live,
		`"deleted":0,"deletedAt":"2015-03-31"`: deleted, `"deleted":0,"active":0`: deleted, `"deleted":1,"active":1,"deletedAt":null`: deleted,

		`"temporary":1`: temporary, `"temporary":0`: live, `"temporary":"maybe"`: temporary,
		`"temporary":0,"temporaryAccount":1`: temporary, `"temporary":1,"__temporary":0`: temporary,

		`"archived":1,"active":1`: {ID: 1, Archived: true}, `"archived":"yes","deleted":0`: {ID: 1, Archived: true},
	}
	for fields, want := range tests {
		wantLoans(t, pageWith(fmt.Sprintf(`{"id":1,%s}`, fields)), []Hit{want})
	}
}
