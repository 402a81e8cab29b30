package xlsx_test

import (
	"archive/zip"
	"bytes"
	"testing"
)

// repack changes one part of a zip archive, with sums that fit again.
func repack(t testing.TB, archive []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, part := range parts.File {
		content := partOf(t, part)
		if part.Name == name {
			content, found = change(content), true
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Store})
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !found {
		t.Fatalf("repacking %s: found %t, %v", name, found, err)
	}
	return out.Bytes()
}

func partOf(t testing.TB, part *zip.File) []byte {
	t.Helper()
	from, err := part.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	return allOf(t, from)
}
