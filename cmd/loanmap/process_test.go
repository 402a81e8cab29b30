package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program starts the real program in a folder of its own.
func program(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	p := exec.CommandContext(t.Context(), path, args...)
	p.Dir, p.Env = t.TempDir(), append(os.Environ(), env...)
	return p
}

// What a server sends without having been asked may be anybody's data.
func TestStrayAnswersAreNotRepeated(t *testing.T) {
	t.Parallel()
	const answer = `{"d":{"results":[],"summary":{"total":0}}}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n"+answer+"HTTP/1.1 200 OK\r\nSSN: 900-12-3456\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn) // until the client hangs up
		_ = conn.Close()
	}))
	t.Cleanup(server.Close)
	p := program(t, []string{"LOANPRO_BASE_URL=" + server.URL, "LOANPRO_TENANT_ID=1", "LOANPRO_API_TOKEN=x"}, "resolve", "in.csv", "-v", "--rate", "5", "--patience", "500ms")
	if err := os.WriteFile(filepath.Join(p.Dir, "in.csv"), []byte("Display ID\nL000212\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stderr, _ := p.CombinedOutput()
	if code := p.ProcessState.ExitCode(); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(string(stderr), "900-12-3456") || strings.Contains(string(stderr), "nsolicited") {
		t.Errorf("stderr:\n%s", stderr)
	}
}
