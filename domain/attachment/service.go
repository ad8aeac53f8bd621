package attachment

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"kontor/domain/account"
	"kontor/domain/audit"
	"kontor/domain/channel"
	"kontor/domain/clock"
	"kontor/domain/due"
	"kontor/domain/errs"
	"kontor/domain/feed"
	"kontor/domain/ids"
	"kontor/domain/secret"
	"kontor/domain/storage"
)

// MaxSize is the largest file taken, in bytes: the most that any platform delivers or takes is 25 MB.
const MaxSize = 25 << 20

// Blobs stores bytes under names.
type Blobs interface {
	Put(ctx context.Context, name string, r io.Reader) error
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	Delete(ctx context.Context, name string) error
}

// Fetcher reads a file from an address that a stranger may have chosen.
type Fetcher interface {
	// Fetch opens the file. An error of Kind Unavailable may pass; every other is final and its code says why.
	Fetch(ctx context.Context, url string, maxBytes int64) (io.ReadCloser, FetchInfo, error)
}

// FetchInfo is what a server says of a file; none of it is to be trusted.
type FetchInfo struct {
	Name string
	MIME string
}

// Service keeps files.
type Service struct {
	Deps
	store store
}

// Deps is what the service works with.
type Deps struct {
	DB      *storage.DB
	Clock   clock.Clock
	Due     *due.Index
	Feed    *feed.Feed
	Audit   *audit.Log
	Blobs   Blobs
	Fetcher Fetcher
	Box     *secret.Box
	// Whereabouts, if set, asks the platform where a file that is not kept here is now.
	Whereabouts func(ctx context.Context, row Attachment) (address string, err error)
	// LinkURL is the public address of a file by the token of its link.
	LinkURL func(token string) string
}

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d, store: store{d.DB}} }

// Upload stores a file that a staff member wants to send. Members may.
func (s *Service) Upload(ctx context.Context, by account.Actor, name string, r io.Reader) (Attachment, error) {
	row := Attachment{
		AccountID: by.AccountID, ID: ids.New(), Name: CleanName(name), CreatedBy: ids.Ptr(by.StaffID),
		CreatedAt: s.Clock.Now(),
	}
	if err := s.keep(ctx, &row, r); err != nil {
		return row, err
	}
	return row, s.store.insert(ctx, []Attachment{row})
}

// Promise writes down a file whose bytes are to come, in the context's transaction: for plans, which are taken back.
func (s *Service) Promise(ctx context.Context, by account.Actor, name string, size int64, sum string) (Attachment, error) {
	row := Attachment{
		AccountID: by.AccountID, ID: ids.New(), Name: CleanName(name), Size: size, SHA256: sum, State: Pending,
		Type: channel.Document, CreatedBy: ids.Ptr(by.StaffID), CreatedAt: s.Clock.Now(),
	}
	return row, s.store.insert(ctx, []Attachment{row})
}

// keep stores the bytes and notes what they are.
func (s *Service) keep(ctx context.Context, row *Attachment, r io.Reader) error {
	sum := sha256.New()
	counted := &counter{}
	limited := io.LimitReader(r, MaxSize+1)
	// Enough for the sniffer, and the rest unread.
	head := make([]byte, 3072)
	n, err := io.ReadFull(limited, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the file: %w", err)
	}
	head = head[:n]
	whole := io.TeeReader(io.MultiReader(bytes.NewReader(head), limited), io.MultiWriter(sum, counted))
	name := row.AccountID.String() + "/" + ids.New().String()
	if err := s.Blobs.Put(ctx, name, whole); err != nil {
		if e, ok := errors.AsType[*errs.Error](err); ok { // of the source, met while reading: too large, broken off
			return e
		}
		return errs.New(errs.Unavailable, "attachment.not_stored").Because(err)
	}
	if counted.n > MaxSize || counted.n == 0 {
		_ = s.Blobs.Delete(ctx, name) // else it stays, and nothing knows it
		if counted.n == 0 {
			return errs.New(errs.Invalid, "attachment.empty")
		}
		return errs.New(errs.TooLarge, "attachment.too_large", "max_mb", MaxSize>>20)
	}
	row.MIME, _, _ = strings.Cut(mimetype.Detect(head).String(), ";")
	if row.Type != channel.Sticker {
		row.Type = TypeOf(row.MIME)
	}
	row.Size, row.SHA256, row.Blob = counted.n, hex.EncodeToString(sum.Sum(nil)), name
	row.State, row.Reason = Stored, ""
	return nil
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// Get returns an attachment of the account.
func (s *Service) Get(ctx context.Context, a account.ID, id ids.ID) (Attachment, error) {
	return s.store.get(ctx, a, id)
}

// Some returns those of the attachments that there are, in no order.
func (s *Service) Some(ctx context.Context, a account.ID, list []ids.ID) ([]Attachment, error) {
	return s.store.byIDs(ctx, a, list)
}

// Open returns the bytes of a stored attachment.
func (s *Service) Open(ctx context.Context, row Attachment) (io.ReadCloser, error) {
	if row.State != Stored {
		return nil, errs.Missing("attachment")
	}
	r, err := s.Blobs.Open(ctx, row.Blob)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "attachment.not_readable").Because(err)
	}
	return r, nil
}

// Of returns the attachments of comments of one account, by comment, in their order.
func (s *Service) Of(ctx context.Context, a account.ID, comments []ids.ID) (map[ids.ID][]Attachment, error) {
	rows, err := s.store.byComments(ctx, a, comments)
	found := map[ids.ID][]Attachment{}
	for _, r := range rows {
		found[*r.CommentID] = append(found[*r.CommentID], r)
	}
	return found, err
}

// Attach ties uploaded files to the comment they are sent with, in the given order. Files that do not exist in the
// account, or were sent already, are an Invalid error.
func (s *Service) Attach(ctx context.Context, a account.ID, list []ids.ID, comment ids.ID) ([]Attachment, error) {
	rows, err := s.store.byIDs(ctx, a, list)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	byID := map[ids.ID]Attachment{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	ordered := make([]Attachment, 0, len(list))
	for i, id := range list {
		r, ok := byID[id]
		if !ok || r.CommentID != nil || r.Kept || r.State != Stored {
			return nil, errs.Input(errs.At(fmt.Sprintf("body.attachment_ids[%d]", i), "attachment.not_usable"))
		}
		ordered = append(ordered, r)
	}
	n, err := s.store.attach(ctx, ordered, comment)
	if err == nil && int(n) != len(ordered) {
		err = errs.New(errs.Conflict, "attachment.not_usable")
	}
	return ordered, err
}

// Keep marks files as kept to be sent many times. Those that are a comment's already stay as they are.
func (s *Service) Keep(ctx context.Context, a account.ID, list []ids.ID) error {
	if len(list) == 0 {
		return nil
	}
	return s.store.keep(ctx, a, list)
}

// Copies makes a copy of each of the files that is kept, and returns them by what they are of. Bytes are copied: it is called
// before the transaction of the comment that they are for.
func (s *Service) Copies(ctx context.Context, by account.Actor, list []ids.ID) (map[ids.ID]ids.ID, error) {
	rows, err := s.store.byIDs(ctx, by.AccountID, list)
	if err != nil {
		return nil, err
	}
	copies := map[ids.ID]ids.ID{}
	for _, r := range rows {
		if !r.Kept || r.State != Stored {
			continue
		}
		copied, err := s.Copy(ctx, by, r.ID)
		if err != nil {
			return nil, err
		}
		copies[r.ID] = copied.ID
	}
	return copies, nil
}

// Copy makes a file of its own of one that is kept, to be sent with a comment.
func (s *Service) Copy(ctx context.Context, by account.Actor, id ids.ID) (Attachment, error) {
	row, err := s.Get(ctx, by.AccountID, id)
	if err != nil {
		return row, err
	}
	file, err := s.Open(ctx, row)
	if err != nil {
		return row, err
	}
	defer func() { _ = file.Close() }()
	return s.Upload(ctx, by, row.Name, file)
}

// Add writes the attachments of inbound comments, in the context's transaction, and has the files among them fetched.
func (s *Service) Add(ctx context.Context, rows []Attachment, channels map[ids.ID]ids.ID) error {
	if err := s.store.insert(ctx, rows); err != nil {
		return err
	}
	var work []due.Work
	for _, r := range rows {
		if r.State == Pending {
			channelID := channels[r.ID]
			work = append(work, due.Work{AccountID: r.AccountID, Queue: Queue, Key: r.ID.String(), ChannelID: ids.Ptr(channelID)})
		}
	}
	if len(work) == 0 {
		return nil
	}
	return s.Due.Put(ctx, work...)
}

// Remove deletes the bytes of comments' attachments and keeps the rows, which say that something was there.
func (s *Service) Remove(ctx context.Context, a account.ID, comments ...ids.ID) error {
	found, err := s.Of(ctx, a, comments)
	if err != nil {
		return err
	}
	for _, rows := range found {
		for _, r := range rows {
			if err := s.remove(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// RemoveFile deletes the bytes of one file and keeps the row.
func (s *Service) RemoveFile(ctx context.Context, a account.ID, id ids.ID) error {
	row, err := s.store.get(ctx, a, id)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return s.remove(ctx, row)
}

func (s *Service) remove(ctx context.Context, r Attachment) error {
	blob := r.Blob
	r.State, r.Blob, r.SourceURL, r.Name, r.SHA256 = Removed, "", "", "", ""
	if err := s.store.update(ctx, r, "state", "blob", "source_url", "name", "sha256"); err != nil {
		return err
	}
	if blob == "" {
		return nil
	}
	// The row forgets the name, and a transaction that fails must not have deleted: work is due that knows it.
	return s.Due.Put(ctx, due.Work{AccountID: r.AccountID, Queue: DropQueue, Key: blob})
}

// Drop deletes the bytes that the work names. The error is the database's.
func (s *Service) Drop(ctx context.Context, w due.Work) error {
	if err := s.Blobs.Delete(ctx, w.Key); err != nil {
		tries := waits()
		return s.Due.Later(ctx, w, s.Clock.Now().Add(tries[min(int(w.Attempts), len(tries)-1)]), true)
	}
	return s.Due.Done(ctx, w)
}
