package loanpro

import (
	"net/http"
	"testing"
	"time"
)

const hit1 = `"results":[{"id":1,"displayId":"L1"}]`

// partialAnswers say that they are incomplete.
var partialAnswers = []string{
	`{"timed_out":true,"d":{` + hit1 + `}}`,
	`{"d":{"timed_out":true,` + hit1 + `}}`,
	`{"d":{` + hit1 + `,"summary":{"total":1,"timed_out":true}}}`,
	`{"d":{` + hit1 + `},"timed_out":"true"}`,
	`{"d":{` + hit1 + `},"timed_out":1}`,
	`{"d":{` + hit1 + `},"timed_out":"perhaps"}`,
	`{"_shards":{"total":5,"successful":4,"failed":1},"d":{` + hit1 + `}}`,
	`{"d":{"_shards":{"failed":1.0},` + hit1 + `}}`,
	`{"d":{` + hit1 + `,"summary":{"_shards":{"total":"5","failed":"1"}}}}`,
	`{"d":{"results":[]},"_shards":{"failed":2}}`,
	`{"d":{"results":null,"summary":{"total":0,"timed_out":true}}}`,
}

// A partial answer goes to the caller without a retry, and does not count as a
// success.
func TestPartialAnswersAreErrors(t *testing.T) {
	for _, body := range partialAnswers {
		tenant := inTurn(respond(http.StatusOK, body))
		c := onLoopback(t, tenant)
		hits, err := readHits(t, c)
		if e := wantError(t, err, Partial, http.StatusOK); e.Stops() {
			t.Errorf("%s ends the run", body)
		}
		if hits != nil || tenant.count.Load() != 1 || c.health.everSucceeded() {
			t.Errorf("%s: %d hits after %d requests, success: %t", body, len(hits), tenant.count.Load(), c.health.everSucceeded())
		}
	}
}

// A tenant that answers partially for hours is not down; the caller decides.
func TestPartialAnswersAreNoOutage(t *testing.T) {
	inBubble(t, respond(http.StatusOK, partialAnswers[0]), func(t *testing.T, c *Client) {
		for range 100 {
			_, err := readHits(t, c)
			wantError(t, err, Partial, http.StatusOK)
			time.Sleep(time.Minute)
		}
	})
}

func TestWholeAnswersAreBelieved(t *testing.T) {
	for _, body := range []string{
		`{"timed_out":false,"_shards":{"total":5,"successful":5,"failed":0},"d":{` + hit1 + `}}`,
		`{"d":{"timed_out":"false","_shards":{"failed":"0"},` + hit1 + `}}`,
		`{"d":{` + hit1 + `,"summary":{"timed_out":0,"_shards":{"failed":0.0}}}}`,
		`{"timed_out":null,"_shards":null,"d":{` + hit1 + `}}`,
		`{"timed_out":"","_shards":[],"d":{` + hit1 + `}}`,
		`{"_shards":{"failed":"none"},"d":{` + hit1 + `}}`,
	} {
		wantLoans(t, body, loansOf(1))
	}
}
