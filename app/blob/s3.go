package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"kontor/domain/errs"
)

// S3 keeps files in a bucket.
type S3 struct {
	client *minio.Client
	bucket string
}

// openS3 reads s3://key:secret@bucket?endpoint=https://host&region=…; without key and secret the environment's usual
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the machine's role, are used.
func openS3(u *url.URL) (*S3, error) {
	endpoint := u.Query().Get("endpoint")
	if endpoint == "" {
		endpoint = "https://s3.amazonaws.com"
	}
	e, err := url.Parse(endpoint)
	if err != nil || e.Host == "" || u.Hostname() == "" {
		return nil, errors.New("the URL of the file store must look like s3://bucket?endpoint=https://host")
	}
	who := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.IAM{}})
	if u.User != nil {
		secret, _ := u.User.Password()
		who = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	client, err := minio.New(e.Host, &minio.Options{Creds: who, Secure: e.Scheme == "https", Region: u.Query().Get("region")})
	if err != nil {
		return nil, fmt.Errorf("open the file store: %w", err)
	}
	return &S3{client, u.Hostname()}, nil
}

// Put writes a file. Its size has to be known beforehand, so it goes by way of a temporary one.
func (s *S3) Put(ctx context.Context, name string, r io.Reader) (err error) {
	f, err := os.CreateTemp("", "kontor-put-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	size, err := io.Copy(f, r)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = s.client.PutObject(ctx, s.bucket, name, f, size, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

// Open reads a file.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	o, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := o.Stat(); err != nil {
		if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
			err = errs.Missing("attachment").Because(err)
		}
		return nil, errors.Join(err, o.Close())
	}
	return o, nil
}

// Delete removes a file; one that is not there is removed.
func (s *S3) Delete(ctx context.Context, name string) error {
	return s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{})
}

// Check sees whether the bucket is there.
func (s *S3) Check(ctx context.Context) error {
	there, err := s.client.BucketExists(ctx, s.bucket)
	if err == nil && !there {
		err = fmt.Errorf("there is no bucket %s", s.bucket)
	}
	return err
}
