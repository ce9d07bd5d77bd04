package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// readers are those of a scene: streams of events, and a scrape each second. end ends them.
func readers(listen string, s scene) (end func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	end = func() {
		cancel()
		wg.Wait()
	}
	for n := range s.streams {
		body, err := stream(ctx, listen, n)
		if err != nil {
			end()
			return nil, err
		}
		wg.Go(func() {
			defer body.Close()
			_, _ = io.Copy(io.Discard, body) // until ctx is done
		})
	}
	if s.scrape {
		wg.Go(func() {
			for tick := time.Tick(time.Second); ctx.Err() == nil; {
				select {
				case <-tick:
					_ = get("http://" + listen + "/metrics") // the scrapes that are timed come later
				case <-ctx.Done():
				}
			}
		})
	}
	return end, nil
}

// stream opens a stream of events, as a page does. The agent lets four be open by one client: loopback has many addresses.
func stream(ctx context.Context, listen string, n int) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen+"/events", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "text/event-stream")
	client := http.Client{Transport: &http.Transport{DialContext: from(fmt.Sprintf("127.0.1.%d", 1+n/4))}}
	reply, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	if reply.StatusCode != http.StatusOK {
		reply.Body.Close()
		return nil, fmt.Errorf("stream %d: %s", n, reply.Status)
	}
	return reply.Body, nil
}

func get(url string) error {
	reply, err := http.Get(url)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	_, err = io.Copy(io.Discard, reply.Body)
	return err
}

// scrape is the median of 50 scrapes.
func scrape(url string) (time.Duration, error) {
	var took []time.Duration
	for range 50 {
		began := time.Now()
		if err := get(url); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began))
	}
	return quantile(took, 0.5), nil
}
