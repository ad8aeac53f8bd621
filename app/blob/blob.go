// Package blob stores the bytes of attachments: in a folder by default, in an S3-compatible store by setting. Names are
// random and made by the domain; what a file was called stands in its row.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"kontor/domain/attachment"
	"kontor/domain/errs"
)

// Store is a place for files, with a way to see that it works.
type Store interface {
	attachment.Blobs
	Check(ctx context.Context) error
}

// Open opens the store that a URL names (s3://bucket?endpoint=…), or the folder when there is none.
func Open(blobURL, folder string) (Store, error) {
	if blobURL == "" {
		return &Disk{folder}, os.MkdirAll(folder, 0o700)
	}
	u, err := url.Parse(blobURL)
	if err != nil || u.Scheme != "s3" {
		return nil, errors.New("the URL of the file store must begin with s3://")
	}
	return openS3(u)
}

// Disk keeps each file under its name in a folder.
type Disk struct{ folder string }

// validName is an account's id and a random one, or the like; never anything that leads elsewhere.
var validName = regexp.MustCompile(`^[a-z0-9-]{1,64}(/[a-z0-9-]{1,64})?$`)

func (d *Disk) path(name string) (string, error) {
	if !validName.MatchString(name) {
		return "", fmt.Errorf("%q is no name of a file here", name)
	}
	return filepath.Join(d.folder, filepath.FromSlash(name)), nil
}

// Put writes the file whole or not at all: to a temporary name, to the disk, then to its own name.
func (d *Disk) Put(_ context.Context, name string, r io.Reader) (err error) {
	to, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := io.Copy(f, r); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), to)
}

// Open reads a file.
func (d *Disk) Open(_ context.Context, name string) (io.ReadCloser, error) {
	from, err := d.path(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.Missing("attachment").Because(err)
	}
	return f, err
}

// Delete removes a file; one that is not there is removed.
func (d *Disk) Delete(_ context.Context, name string) error {
	at, err := d.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(at); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Check sees whether the folder can be written to.
func (d *Disk) Check(context.Context) error {
	f, err := os.CreateTemp(d.folder, ".check-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
