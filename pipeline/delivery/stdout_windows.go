package delivery

import (
	"io"
	"os"
)

// isOpen reports whether a stream can be written to.
func isOpen(stream io.Writer) bool {
	file, ok := stream.(*os.File)
	if !ok {
		return stream != nil
	}
	_, err := file.Stat()
	return err == nil
}
