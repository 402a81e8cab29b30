package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/pelletier/go-toml/v2"

	"loanmap/io/loanpro"
	"loanmap/pipeline/question"
)

// config is the config file: a table for each tenant. It holds no token, so that it can
// be shown and copied; it names the file of one.
type config struct {
	Profiles map[string]*profile `toml:"profile"`
}

// profile is what the config file says of one tenant.
type profile struct {
	BaseURL     string   `toml:"base_url"`
	TenantID    any      `toml:"tenant_id"` // a number, also as text
	TokenFile   string   `toml:"token_file"`
	Rate        *float64 `toml:"rate"`
	PaceURL     string   `toml:"pace_url"`
	PaceURLFile string   `toml:"pace_url_file"` // for a URL with a password
	URLTemplate string   `toml:"url_template"`

	name string
	file string // the config file
	pace string // the URL of the shared pace, a secret; empty: the profile does not say it
}

// profileKeys are the keys of a profile.
var profileKeys = []string{"base_url", "tenant_id", "token_file", "rate", "pace_url", "pace_url_file", "url_template"}

// profiles gives flags the values of the profile that --profile names. They replace those
// of the environment, which may be of another tenant, and flags replace them.
type profiles struct{ chosen *profile }

// Validate is called once, before the command line is read.
func (*profiles) Validate(*kong.Application) error { return nil }

// Resolve returns the value of a flag that the command line does not give; nil: the profile
// does not have it.
func (p *profiles) Resolve(parsed *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	name, _ := givenFlag(parsed, "profile").(string)
	if name == "" || parsed.Selected() == nil {
		return nil, nil
	}
	if p.chosen == nil {
		if err := checkProfileUse(parsed); err != nil {
			return nil, err
		}
		var err error
		if p.chosen, err = readProfile(name); err != nil {
			return nil, err
		}
	}
	if limits, ok := limitsOf(flag.Value); flag.Name == "rate" && ok && p.chosen.Rate != nil && !limits.allow(*p.chosen.Rate) {
		return nil, question.Usage(fmt.Sprintf("%s: profile %s: rate %v is out of range", p.chosen.file, name, *p.chosen.Rate), "give "+describe(flag.Value))
	}
	if value := p.chosen.values()[flag.Name]; value != "" {
		return value, nil
	}
	return nil, nil
}

// givenFlag returns the value of a flag of the command line; nil: it is not given.
func givenFlag(parsed *kong.Context, name string) any {
	for _, path := range parsed.Path {
		if path.Flag != nil && path.Flag.Name == name {
			return parsed.FlagValue(path.Flag)
		}
	}
	return nil
}

// checkProfileUse refuses a profile where no tenant is asked, or the sandbox.
func checkProfileUse(parsed *kong.Context) error {
	command := parsed.Selected()
	switch {
	case !slices.Contains(flagsOf(command), "--tenant-id"):
		return question.Usage(fmt.Sprintf("loanmap %s asks no tenant, so it takes no --profile", command.Name), "leave --profile out")
	case givenFlag(parsed, "sandbox") != nil:
		return question.Usage("--profile and --sandbox exclude each other: the sandbox is a tenant of its own", "leave one of them out")
	}
	return nil
}

// values returns the values of flags. The base URL is always among them: one from the
// environment belongs to another tenant.
func (p *profile) values() map[string]string {
	values := map[string]string{
		"base-url": cmp.Or(p.BaseURL, loanpro.DefaultBaseURL), "tenant-id": p.tenant(),
		"token-file": p.path(p.TokenFile), "url-template": p.URLTemplate,
	}
	if p.Rate != nil {
		values["rate"] = strconv.FormatFloat(*p.Rate, 'f', -1, 64)
	}
	return values
}

// tenant returns the tenant's number as text; empty: it is missing, or not a number.
func (p *profile) tenant() string {
	switch id := p.TenantID.(type) {
	case int64:
		return strconv.FormatInt(id, 10)
	case string:
		return id
	}
	return ""
}

// path returns where a file is that the profile names: relative to the config file.
func (p *profile) path(name string) string {
	if rest, home := strings.CutPrefix(name, "~/"); home {
		if folder, err := os.UserHomeDir(); err == nil {
			return filepath.Join(folder, rest)
		}
	}
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(p.file), name)
}

// configFile returns where the config file is.
func configFile() (string, error) {
	folder := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(folder) {
		var err error
		if folder, err = os.UserConfigDir(); err != nil {
			return "", question.Usage("--profile: "+err.Error(), "set XDG_CONFIG_HOME to the folder that holds loanmap/config.toml")
		}
	}
	return filepath.Join(folder, "loanmap", "config.toml"), nil
}

// readConfig reads the profiles of the config file, and returns where that is.
func readConfig() (all map[string]*profile, file string, err error) {
	if file, err = configFile(); err != nil {
		return nil, "", err
	}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, file, question.Usage("--profile: there is no "+file, "write one: loanmap help connect shows how")
	case err != nil:
		return nil, file, question.Usage("--profile: "+err.Error(), "check the permissions of the file")
	}
	all, err = parseConfig(file, text)
	return all, file, err
}

// readProfile reads the profile of that name.
func readProfile(name string) (*profile, error) {
	all, file, err := readConfig()
	if err != nil {
		return nil, err
	}
	chosen, ok := all[name]
	if !ok {
		names := slices.Sorted(maps.Keys(all))
		return nil, question.Usage(fmt.Sprintf("%s has no profile %q", file, name),
			didYouMean(name, names, "it has: "+cmp.Or(strings.Join(names, ", "), "none; loanmap help connect shows how to write one")))
	}
	chosen.name, chosen.file = name, file
	return chosen, chosen.check()
}

// check refuses a profile that cannot be used.
func (p *profile) check() error {
	if p.tenant() == "" {
		return question.Usage(fmt.Sprintf("%s: profile %s has no tenant_id", p.file, p.name), "write the tenant's number: tenant_id = 5201234")
	}
	return cmp.Or(p.checkSecrets(), p.readPace())
}

// checkSecrets refuses files of secrets that are not closed to others, and such a config
// file: who can change it can have the secrets sent elsewhere.
func (p *profile) checkSecrets() error {
	if err := checkPrivate(p.file, othersWrite, "it says where the token is sent"); err != nil {
		return err
	}
	for _, secret := range []string{p.TokenFile, p.PaceURLFile} {
		if secret == "" {
			continue
		}
		if err := cmp.Or(checkPrivate(p.file, othersRead, "it names the file of a secret"), checkPrivate(p.path(secret), othersRead, "it holds a secret")); err != nil {
			return err
		}
	}
	return nil
}

// readPace finds the URL of the shared pace.
func (p *profile) readPace() error {
	parsed, err := url.Parse(p.PaceURL)
	switch {
	case p.PaceURL != "" && p.PaceURLFile != "":
		return question.Usage(fmt.Sprintf("%s: profile %s has both pace_url and pace_url_file", p.file, p.name), "remove one of them")
	case err == nil && parsed.User != nil:
		return question.Usage(fmt.Sprintf("%s: pace_url of profile %s holds a user or a password", p.file, p.name),
			"put the URL into a file of its own, and name that with pace_url_file")
	case p.PaceURLFile == "":
		p.pace = p.PaceURL
		return nil
	}
	text, err := os.ReadFile(p.path(p.PaceURLFile))
	if err != nil {
		return question.Usage(fmt.Sprintf("%s: profile %s: %v", p.file, p.name, err), "check pace_url_file")
	}
	plain, _ := withoutMark(string(text))
	if p.pace = strings.TrimSpace(plain); p.pace == "" {
		return question.Usage(fmt.Sprintf("%s: profile %s: %s is empty", p.file, p.name, p.path(p.PaceURLFile)), "write the URL of the pace server into it")
	}
	return nil
}

// The modes of a file that others than its owner can change, or can read or change.
const (
	othersWrite fs.FileMode = 0o022
	othersRead  fs.FileMode = 0o077
)

// checkPrivate refuses a file that has one of these modes. What cannot be found is refused
// when it is read. Windows has no such modes.
func checkPrivate(path string, modes fs.FileMode, why string) error {
	is, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || is.Mode().Perm()&modes == 0 {
		return nil
	}
	return question.Usage(fmt.Sprintf("%s: others can read or change it (mode %04o), and %s", path, is.Mode().Perm(), why), "chmod 600 "+quoted(path))
}

// parseConfig reads the profiles of a config file. Its errors show no value of the file: a
// token may be in it by mistake.
func parseConfig(file string, text []byte) (map[string]*profile, error) {
	var c config
	plain, _ := withoutMark(string(text))
	err := toml.NewDecoder(strings.NewReader(plain)).DisallowUnknownFields().Decode(&c)
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		return nil, unknownKey(file, &unknown.Errors[0])
	}
	if wrong, ok := errors.AsType[*toml.DecodeError](err); ok {
		return nil, wrongValue(file, wrong)
	}
	return c.Profiles, err
}

// unknownKey says which key of the config file does not exist.
func unknownKey(file string, e *toml.DecodeError) error {
	line, _ := e.Position()
	path := e.Key()
	key := path[len(path)-1]
	hint := didYouMean(key, profileKeys, "a profile has: "+strings.Join(profileKeys, ", "))
	if nearest := didYouMean(key, []string{"token", "api_token", "loanpro_api_token"}, ""); nearest != "" && !strings.Contains(key, "file") {
		hint = "the config file never holds a token: put it into a file of its own, and name that with token_file"
	}
	if len(path) == 1 {
		hint = `a profile begins with a line such as [profile.acme], and its keys follow`
	}
	return question.Usage(fmt.Sprintf("%s: line %d: there is no key %q", file, line, key), hint)
}

// wrongValue says where the config file cannot be read.
func wrongValue(file string, e *toml.DecodeError) error {
	line, _ := e.Position()
	if key := e.Key(); len(key) > 0 {
		return question.Usage(fmt.Sprintf("%s: line %d: the value of %s has the wrong form", file, line, key[len(key)-1]),
			`texts are in quotes, and numbers are not: token_file = "acme.token", rate = 5`)
	}
	return question.Usage(fmt.Sprintf("%s: line %d is not written as TOML", file, line), `a line is a name such as [profile.acme], or a key with its value: token_file = "acme.token"`)
}
