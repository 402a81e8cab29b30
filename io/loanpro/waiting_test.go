package loanpro

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// waits asks in the background, and returns what the client waits for at each of these
// times from then on.
func waits(t *testing.T, c *Client, ask func(), at ...time.Duration) []string {
	t.Helper()
	var seen []string
	begun, done := time.Now(), make(chan struct{})
	go func() {
		defer close(done)
		ask()
	}()
	for _, d := range at {
		time.Sleep(time.Until(begun.Add(d)))
		synctest.Wait()
		seen = append(seen, c.Waiting())
	}
	<-done
	return append(seen, c.Waiting())
}

func expectWaits(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWaitingForAPause(t *testing.T) {
	t.Parallel()
	for _, status := range asking {
		inBubble(t, inTurn(respond(status, "", "Retry-After", "12"), foundLoan), func(t *testing.T, c *Client) {
			got := waits(t, c, func() { _, _ = ask(t, c) }, time.Millisecond, 10*time.Second)
			expectWaits(t, got, "12s, as LoanPro is busy", "2s, as LoanPro is busy", "")
		})
	}
}

func TestWaitingForALoanProThatIsDown(t *testing.T) {
	t.Parallel()
	fails := respond(http.StatusInternalServerError, "")
	answers := inTurn(foundLoan, fails, fails, fails, fails, foundLoan)
	var client *Client
	var seen []string // as each request arrives
	looks := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, client.Waiting())
		answers.ServeHTTP(w, r)
	})
	inBubble(t, looks, func(t *testing.T, c *Client) {
		client = c
		for range 2 {
			if _, err := ask(t, c); err != nil {
				t.Fatal(err)
			}
		}
		expectWaits(t, seen, "", "", "", "", "for LoanPro to answer", "for LoanPro to answer")
		expectWaits(t, []string{c.Waiting()}, "")
	})
}

// What waits for the index counts until it ends, also while it asks in between.
func TestWaitingForTheIndex(t *testing.T) {
	t.Parallel()
	inBubble(t, foundLoan, func(t *testing.T, c *Client) {
		search := func() {
			p := c.newPatience(time.Now())
			defer p.end()
			for range 4 { // 0.1, 0.2, 0.4 and 0.8 seconds
				if err := p.wait(t.Context(), "Loans"); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Second) // the answer
			}
		}
		got := waits(t, c, search, time.Millisecond, 500*time.Millisecond, 5*time.Second)
		expectWaits(t, got, "for LoanPro's index", "for LoanPro's index", "for LoanPro's index", "")
		p := c.newPatience(time.Now())
		p.end() // it never began to wait
		expectWaits(t, []string{c.Waiting()}, "")
	})
}
