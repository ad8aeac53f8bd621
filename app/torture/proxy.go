package main

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// proxy stands before a server and harms what passes.
type proxy struct {
	listener net.Listener
	target   func() string // empty: nobody is there

	held    atomic.Bool  // nothing passes, and nobody is told
	delay   atomic.Int64 // before each piece, in nanoseconds
	trigger atomic.Pointer[[]byte]

	mu    sync.Mutex
	conns map[*net.TCPConn]bool
}

func newProxy(target func() string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, conns: map[*net.TCPConn]bool{}}
	go p.accept()
	return p, nil
}

func (p *proxy) addr() string { return p.listener.Addr().String() }

// close lets nobody in any more and cuts who is there.
func (p *proxy) close() {
	_ = p.listener.Close()
	p.cut()
}

// cut resets every connection.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.SetLinger(0)
		_ = c.Close()
	}
}

// cutAfter resets the next connection over which these bytes, in any case, have gone to the server: it acts, and its answer
// is lost.
func (p *proxy) cutAfter(text string) {
	b := []byte(text)
	p.trigger.Store(&b)
}

// heal lets everything pass.
func (p *proxy) heal() {
	p.held.Store(false)
	p.delay.Store(0)
	p.trigger.Store(nil)
}

func (p *proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(c.(*net.TCPConn)) //nolint:errcheck,forcetypeassert // a TCP listener accepts TCP
	}
}

func (p *proxy) serve(client *net.TCPConn) {
	defer func() { _ = client.Close() }()
	to := p.target()
	if to == "" {
		_ = client.SetLinger(0)
		return
	}
	c, err := net.DialTimeout("tcp", to, 2*time.Second)
	if err != nil {
		_ = client.SetLinger(0)
		return
	}
	server := c.(*net.TCPConn) //nolint:errcheck,forcetypeassert // dialled as TCP
	defer func() { _ = server.Close() }()
	p.mu.Lock()
	p.conns[client], p.conns[server] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.pass(server, client, true) })
	both.Go(func() { p.pass(client, server, false) })
	both.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	delete(p.conns, server)
	p.mu.Unlock()
}

// pass copies one way, and ends the other way's reading with it.
func (p *proxy) pass(to, from *net.TCPConn, there bool) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		for p.held.Load() {
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Duration(p.delay.Load()))
		if n > 0 {
			if _, wrong := to.Write(buffer[:n]); wrong != nil {
				_ = from.Close()
				return
			}
		}
		if t := p.trigger.Load(); there && t != nil && bytes.Contains(bytes.ToLower(buffer[:n]), *t) && p.trigger.CompareAndSwap(t, nil) {
			time.Sleep(5 * time.Millisecond) // the server has it by then
			_ = from.SetLinger(0)
			_ = from.Close()
			_ = to.Close()
			return
		}
		if err != nil {
			if err == io.EOF { //nolint:errorlint // Read returns it bare
				_ = to.CloseWrite()
			} else {
				_ = to.Close()
			}
			return
		}
	}
}
