package review

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"loanmap/io/disk"
)

// secretLength is the length of the secret in a key file, in bytes.
const secretLength = 32

// keyPath returns the path of the key of a file of decisions, the same for a link to it.
func keyPath(path string) string { return disk.Locate(path).Path + ".key" }

// Files returns the paths of a file of decisions and its key; none for an empty path.
func Files(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path, keyPath(path)}
}

// readKeyFile reads the secret of a file of decisions.
func readKeyFile(path string) ([]byte, error) {
	text, err := os.ReadFile(keyPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FileError{
			Path: path, problem: "its key is missing: " + keyPath(path),
			hint: "copy the key together with the file; without it nothing says which rows the decisions are about",
		}
	}
	if err != nil {
		return nil, readError(keyPath(path), err)
	}
	secret, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(secret) != secretLength {
		return nil, &FileError{Path: keyPath(path), problem: "this is not a key of decisions", hint: "put back the key that was made with " + path}
	}
	return secret, nil
}

// makeKeyFile returns the secret for a new file of decisions, and makes its key file
// unless one is there.
func makeKeyFile(path string, system disk.System) ([]byte, error) {
	if _, err := os.Lstat(keyPath(path)); err == nil {
		return readKeyFile(path)
	}
	file, err := disk.Create(disk.Target{Path: keyPath(path), Disk: system})
	if err != nil {
		return nil, err
	}
	defer file.Abort()
	secret := make([]byte, secretLength)
	_, _ = rand.Read(secret) // never fails
	if _, err := fmt.Fprintf(file, "%x\n", secret); err != nil {
		return nil, err
	}
	return secret, file.Commit()
}

// deriveKey returns the key of the hashes in a file with this salt.
func deriveKey(secret []byte, salt string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, []byte(salt), "loanmap decisions: HMAC key of rows and lines", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of decisions: %w", err)
	}
	return key, nil
}
