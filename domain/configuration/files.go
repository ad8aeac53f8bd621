package configuration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"

	"kontor/domain/account"
	"kontor/domain/attachment"
	"kontor/domain/ids"
)

// With returns the service with files beside the documents: each is called as its SHA-256 in hex. Without them a document
// only finds the files that the account has already.
func (s *Service) With(files fs.FS) *Service {
	c := *s
	c.files = files
	return &c
}

// Files are those that the document's saved replies have, each once.
func (d Document) Files() (list []File) {
	seen := map[string]bool{}
	for _, r := range d.SavedReplies {
		for _, f := range r.Files {
			if f.SHA256 != "" && !seen[f.SHA256] {
				seen[f.SHA256] = true
				list = append(list, f)
			}
		}
	}
	return list
}

// OpenFile returns the bytes of a file of an exported document. Owners and admins may.
func (s *Service) OpenFile(ctx context.Context, by account.Actor, f File) (io.ReadCloser, error) {
	if err := by.Require(account.Admin); err != nil {
		return nil, err
	}
	row, err := s.Attachments.Get(ctx, by.AccountID, parsed(f.id))
	if err != nil {
		return nil, err
	}
	return s.Attachments.Open(ctx, row)
}

// filesOf are a reply's files, in their order.
func (s *Service) filesOf(ctx context.Context, a account.ID, list []ids.ID) (out []File, err error) {
	if len(list) == 0 {
		return nil, nil
	}
	files, err := s.Attachments.Some(ctx, a, list)
	slices.SortFunc(files, func(x, y attachment.Attachment) int { return slices.Index(list, x.ID) - slices.Index(list, y.ID) })
	for _, f := range files {
		out = append(out, File{f.ID.String(), f.Name, f.Size, f.SHA256})
	}
	return out, err
}

// key is what a file is known by: what it holds, and what people call it.
func (f File) key() string { return f.SHA256 + "/" + attachment.CleanName(f.Name) }

// held are the files of an account's saved replies by what they are known by, and by their hash alone.
func (d Document) held() map[string]ids.ID {
	all := map[string]ids.ID{}
	for _, r := range d.SavedReplies {
		for _, f := range r.Files {
			if f.SHA256 != "" {
				all[f.SHA256], all[f.key()] = parsed(f.id), parsed(f.id)
			}
		}
	}
	return all
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// look tells how large a file beside the document is; false when there is none that holds what its name says.
func (s *Service) look(f File) (size int64, there bool) {
	file, ok := s.beside(f)
	if !ok {
		return 0, false
	}
	defer func() { _ = file.Close() }()
	sum := sha256.New()
	size, err := io.Copy(sum, io.LimitReader(file, attachment.MaxSize+1))
	return size, err == nil && size > 0 && size <= attachment.MaxSize && hex.EncodeToString(sum.Sum(nil)) == f.SHA256
}

func (s *Service) beside(f File) (fs.File, bool) {
	if s.files == nil || !hash.MatchString(f.SHA256) {
		return nil, false
	}
	file, err := s.files.Open(f.SHA256)
	return file, err == nil
}

// bring stores the files that a document names, that the account does not have and that lie beside it. No transaction waits for
// that; what is not used in the end is kept by nothing.
func (s *Service) bring(ctx context.Context, by account.Actor, d Document) (map[string]ids.ID, error) {
	brought := map[string]ids.ID{}
	if s.files == nil || len(d.Files()) == 0 {
		return brought, nil
	}
	before, _, err := s.snapshot(ctx, by)
	if err != nil {
		return nil, err
	}
	held := before.held()
	for _, r := range d.SavedReplies {
		for _, f := range r.Files {
			if held[f.key()] != ids.Nil || brought[f.key()] != ids.Nil {
				continue
			}
			if _, there := s.look(f); !there {
				continue
			}
			if brought[f.key()], err = s.store(ctx, by, f); err != nil {
				return nil, err
			}
		}
	}
	return brought, nil
}

func (s *Service) store(ctx context.Context, by account.Actor, f File) (ids.ID, error) {
	file, ok := s.beside(f)
	if !ok {
		return ids.Nil, errors.New("a file went away")
	}
	defer func() { _ = file.Close() }()
	row, err := s.Attachments.Upload(ctx, by, f.Name, file)
	return row.ID, err
}

// files finds the files of a reply: its own, those that the account has elsewhere, and those beside the document. Where one is
// not to be had, all stay as they are, and that is said.
func (a *applying) files(ctx context.Context, path string, x, old SavedReply) ([]ids.ID, error) {
	list, lacking := []ids.ID{}, false
	for _, f := range x.Files {
		id, err := a.file(ctx, f, old)
		if err != nil {
			return nil, err
		}
		if list = append(list, id); id == ids.Nil {
			lacking = true
			a.skip(path+".files", Notice{
				Section: replies, Name: x.Name, Code: "configuration.file", Params: map[string]any{"file": shorten(f.Name)},
			})
		}
	}
	if lacking {
		list = old.fileIDs()
	}
	return list, nil
}

func (r SavedReply) fileIDs() []ids.ID {
	return each1(r.Files, func(f File) ids.ID { return parsed(f.id) })
}

// file finds one file; Nil when it is not to be had.
func (a *applying) file(ctx context.Context, f File, old SavedReply) (ids.ID, error) {
	for _, same := range []func(File) bool{
		func(o File) bool { return f.SHA256 != "" && o.key() == f.key() },
		func(o File) bool { return f.SHA256 == "" && o.Name == f.Name },
	} {
		if i := slices.IndexFunc(old.Files, same); i >= 0 {
			return parsed(old.Files[i].id), nil
		}
	}
	if id := a.held[f.key()]; id != ids.Nil {
		return id, nil
	}
	if a.brought == nil { // a plan: what would be brought is only noted
		if size, there := a.look(f); there {
			row, err := a.Attachments.Promise(ctx, a.by, f.Name, size, f.SHA256)
			a.held[f.key()] = row.ID
			return row.ID, err
		}
	} else if id := a.brought[f.key()]; id != ids.Nil {
		return id, nil
	}
	return a.held[f.SHA256], nil
}
