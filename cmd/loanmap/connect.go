package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/question"
)

// tenantAddress says which tenant is asked.
type tenantAddress struct {
	BaseURL  string `env:"LOANPRO_BASE_URL" placeholder:"URL" help:"Full base URL of the API. Default: ${base_url}."`
	TenantID string `env:"LOANPRO_TENANT_ID" placeholder:"ID" help:"Your tenant's number in LoanPro."`

	profile *profile // the flags have its values; nil: no profile was named
}

// connectionFlags say which tenant to ask, and how.
type connectionFlags struct {
	Sandbox       bool `help:"Ask a made-up tenant on this machine instead of LoanPro. The IDs are made up too."`
	tenantAddress `embed:""`
	Timeout       time.Duration `default:"60s" placeholder:"TIME" above:"0" help:"Maximum wait for one response (${default})."`
	Patience      time.Duration `default:"3m" placeholder:"TIME" above:"0" help:"Maximum wait while LoanPro does not respond, or its search does not show all of its records (${default})."`
	// A token is never a flag: other users of the machine can read those.
	TokenFile string `env:"LOANPRO_API_TOKEN_FILE" placeholder:"FILE" help:"File that holds the API token; LOANPRO_API_TOKEN takes precedence."`

	// Guest is set for commands that send a few requests only: see pace.Config.
	Guest bool `kong:"-"`
}

// use notes whose values the flags have.
func (n *tenantAddress) use(p *profile) { n.profile = p }

// withProfile adds to the hint of err, if that is to check variables of the environment, that
// the profile comes before them.
func (n *tenantAddress) withProfile(err error) error {
	if err == nil || n.profile == nil || !ourVariable.MatchString(hintOf(err)) {
		return err
	}
	return hinted{err, fmt.Sprintf("%s; what profile %s of %s says comes before these variables", hintOf(err), n.profile.name, n.profile.file)}
}

// failed shows why a command has failed, if it has, and returns it with what a person can do.
func (n *tenantAddress) failed(ctx context.Context, screen *screen, err error) error {
	if err != nil {
		err = explain(ctx, n.withProfile(err), false)
		screen.fail(err)
	}
	return err
}

var ourVariable = regexp.MustCompile(`\bLOAN(PRO|MAP)_[A-Z]`)

// announce says which tenant is asked, or would be, if that is known.
func (c *connectionFlags) announce(host string, log *slog.Logger) {
	sentence, profile := "tenant {tenant} at {host}", ""
	switch {
	case c.TenantID == "":
		return
	case c.Sandbox:
		sentence = "sandbox: tenant {tenant} is made up, and so are its IDs"
	case c.profile != nil:
		sentence, profile = "profile {profile}: "+sentence, c.profile.name
	}
	log.Info(sentence, "event", "tenant", "tenant", c.TenantID, "host", host, "profile", profile, "sandbox", c.Sandbox)
}

// aboutTenant says what to check if the tenant may be the wrong one; empty: the environment.
func (c *connectionFlags) aboutTenant() string {
	switch {
	case c.Sandbox:
		return "it is the sandbox, whose records are made up"
	case c.profile != nil:
		return "check profile " + c.profile.name
	}
	return ""
}

// announcePlanned says which tenant a run would ask.
func (c *connectionFlags) announcePlanned(log *slog.Logger) {
	base, err := url.Parse(c.base())
	if err == nil && !c.Sandbox { // the sandbox has no number before it serves
		c.announce(base.Host, log)
	}
}

// startSandbox serves a tenant and points the command at it.
func (c *connectionFlags) startSandbox() (*sandbox.Sandbox, error) {
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	if c.BaseURL, err = tenant.Start("127.0.0.1:0"); err != nil {
		return nil, err
	}
	c.TenantID = tenant.TenantID()
	return tenant, nil
}

// connect returns a client of the tenant that the flags and the environment
// name, and a function that closes it.
func (c *connectionFlags) connect(workers int, rate float64, log *slog.Logger) (_ *loanpro.Client, disconnect func(), err error) {
	closeTenant := func() {}
	if c.Sandbox {
		tenant, err := c.startSandbox()
		if err != nil {
			return nil, nil, err
		}
		closeTenant = func() { tenant.Close() }
	}
	client, leave, err := c.client(workers, rate, log)
	if err != nil {
		closeTenant()
		return nil, nil, err
	}
	return client, func() { client.Close(); leave(); closeTenant() }, nil
}

// client returns a client, and a function that leaves its pace.
func (c *connectionFlags) client(workers int, rate float64, log *slog.Logger) (_ *loanpro.Client, leave func(), err error) {
	token, err := c.token(log)
	if err != nil {
		return nil, nil, err
	}
	if err := c.checkTenant(); err != nil {
		return nil, nil, err
	}
	kept, leave, err := c.pace(rate, log)
	if err != nil {
		return nil, nil, err
	}
	client, err := loanpro.New(loanpro.Config{
		BaseURL: c.base(), TenantID: c.TenantID, Token: token,
		Pace: kept, Workers: workers, Timeout: c.Timeout, Patience: c.Patience,
		Agent: "loanmap/" + versionText(), Log: log,
	})
	if err != nil {
		leave()
		return nil, nil, &question.UsageError{Problem: err.Error(), Hint: "check LOANPRO_BASE_URL and LOANPRO_TENANT_ID"}
	}
	return client, leave, nil
}

func (n *tenantAddress) base() string { return cmp.Or(n.BaseURL, loanpro.DefaultBaseURL) }

func (n *tenantAddress) checkTenant() error {
	if n.TenantID == "" {
		return &question.UsageError{Problem: "LOANPRO_TENANT_ID is not set", Hint: noCredentials}
	}
	return nil
}

// paceURL returns where the shared pace is kept; empty: nowhere. It is never a flag,
// since it may hold a password. One server keeps the paces of all tenants, so that of the
// environment is right for profiles, too.
func (n *tenantAddress) paceURL() string {
	if n.profile != nil && n.profile.pace != "" {
		return n.profile.pace
	}
	return os.Getenv("LOANMAP_PACE_URL")
}

// pace returns the pace that all runs on the tenant share, and a function that leaves it.
// If no pace is shared, or the tenant is a sandbox of this run, the pace is this run's alone.
func (c *connectionFlags) pace(rate float64, log *slog.Logger) (_ loanpro.Pace, leave func(), err error) {
	if c.paceURL() == "" || c.Sandbox {
		return pace.NewLocal(rate), func() {}, nil
	}
	shared, err := pace.Share(pace.Config{
		URL: c.paceURL(), BaseURL: c.base(), TenantID: c.TenantID, Rate: rate, Guest: c.Guest, Patience: c.Patience, Log: log,
	})
	if err != nil {
		return nil, nil, wrongPaceURL(err)
	}
	log.Debug("sharing the pace", "event", "pace_shared", "host", shared.Host(), "run", shared.Name())
	return shared, shared.Close, nil
}

func wrongPaceURL(err error) error {
	return &question.UsageError{Problem: err.Error(), Hint: "check LOANMAP_PACE_URL (loanmap help cluster)"}
}

const noCredentials = "set LOANPRO_TENANT_ID and LOANPRO_API_TOKEN, or try it with --sandbox"

func (c *connectionFlags) token(log *slog.Logger) (loanpro.Token, error) {
	pasted := os.Getenv("LOANPRO_API_TOKEN")
	if c.profile != nil && c.profile.TokenFile != "" {
		pasted = "" // it may be another tenant's
	}
	source := "LOANPRO_API_TOKEN"
	switch {
	case c.Sandbox:
		pasted = sandbox.DefaultToken
	case pasted == "" && c.TokenFile != "":
		source = c.TokenFile
		content, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return loanpro.Token{}, &question.UsageError{Problem: err.Error(), Hint: "check LOANPRO_API_TOKEN_FILE"}
		}
		pasted = string(content)
	case pasted == "":
		return loanpro.Token{}, &question.UsageError{Problem: "LOANPRO_API_TOKEN is not set", Hint: noCredentials}
	}
	text, marked := withoutMark(pasted)
	if marked {
		log.Warn("{source} begins with a byte order mark, which is not taken for a part of the token", "event", "token_marked",
			"source", source, "hint", "save it as UTF-8 without a byte order mark (BOM)")
	}
	token, err := loanpro.NewToken(text)
	if err != nil {
		return loanpro.Token{}, &question.UsageError{Problem: source + ": " + err.Error(), Hint: hintOf(err)}
	}
	return token, nil
}

// withoutMark returns a text in UTF-8 without the byte order mark that Windows' editors
// and shells write, also in UTF-16.
func withoutMark(text string) (_ string, marked bool) {
	plain, _, err := transform.String(unicode.BOMOverride(transform.Nop), text)
	if err != nil {
		return text, false // it holds what tokens do not have
	}
	return plain, plain != text
}
