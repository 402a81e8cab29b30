package pace

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if order := os.Getenv(takerVariable); order != "" {
		os.Exit(takeRequests(order))
	}
	goleak.VerifyTestMain(m)
}
