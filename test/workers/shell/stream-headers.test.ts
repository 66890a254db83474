import { assert } from 'chai';
import { contentRange, outsideOf, parseRange } from '../../../src/workers/shell/byte-range.ts';
import { attachment, labelOf, streamHeaders } from '../../../src/workers/shell/stream-headers.ts';

describe('stream headers', () => {
  const head = { type: 'stream.head', mediaType: 'video/mp4', ranges: true, size: 100 } as const;

  it('label what can be shown, and leave the rest to be saved', () => {
    assert.deepEqual(labelOf('image/png'), { type: 'image/png', shown: true });
    assert.deepEqual(labelOf('Video/MP4; codecs="avc1"'), { type: 'video/mp4', shown: true });
    assert.deepEqual(labelOf('text/plain'), { type: 'text/plain; charset=utf-8', shown: true });
    assert.deepEqual(labelOf('image/svg+xml'), { type: 'image/svg+xml', shown: false });
    for (const active of ['text/html', 'application/xhtml+xml', 'text/xml', 'application/xml', 'application/rss+xml', 'text/javascript', 'multipart/x-mixed-replace', '', 'image/png\r\nX: y']) {
      assert.deepEqual(labelOf(active), { type: 'application/octet-stream', shown: false }, active);
    }
  });

  it('never let active content stand as a page', () => {
    for (const mediaType of ['text/html', 'image/svg+xml', 'application/xml']) {
      const headers = streamHeaders({ ...head, mediaType });
      assert.equal(headers.get('Content-Disposition'), 'attachment');
      assert.match(headers.get('Content-Security-Policy') ?? '', /^sandbox; default-src 'none'/);
      assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
    }
  });

  it('tell length and range', () => {
    assert.equal(streamHeaders(head).get('Content-Length'), '100');
    assert.equal(streamHeaders(head).get('Accept-Ranges'), 'bytes');
    assert.equal(streamHeaders(head).get('Content-Disposition'), null);
    assert.equal(streamHeaders(head).get('Cache-Control'), 'no-store');
    const part = streamHeaders({ ...head, range: { start: 10, end: 30 } });
    assert.equal(part.get('Content-Range'), 'bytes 10-29/100');
    assert.equal(part.get('Content-Length'), '20');
    const unknown = streamHeaders({ type: 'stream.head', mediaType: 'application/zip', ranges: false, saveAs: 'a.zip' });
    assert.equal(unknown.get('Content-Length'), null);
    assert.equal(unknown.get('Accept-Ranges'), 'none');
  });

  it('name a file for old readers and new ones', () => {
    assert.equal(attachment('plan.pdf'), `attachment; filename="plan.pdf"; filename*=UTF-8''plan.pdf`);
    assert.equal(attachment('Käse "1"% 🧀.txt'), `attachment; filename="K_se _1__ _.txt"; filename*=UTF-8''K%C3%A4se%20%221%22%25%20%F0%9F%A7%80.txt`);
    assert.equal(attachment("it's (1)*.txt"), `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`);
    assert.equal(attachment('a\r\nb/c\\d\u202ee\ud800'), `attachment; filename="a__b_c_d_e_"; filename*=UTF-8''a__b_c_d_e%EF%BF%BD`);
  });

  it('can be put on a response whatever a file is called', () => {
    for (let code = 0; code < 0x3000; code += 1) new Headers({ 'Content-Disposition': attachment(`a${String.fromCharCode(code)}b`) });
  });
});

describe('range header', () => {
  it('reads one range from a start, and nothing else', () => {
    assert.deepEqual(parseRange('bytes=0-'), { start: 0 });
    assert.deepEqual(parseRange('bytes=5-9'), { start: 5, end: 10 });
    for (const other of [null, '', 'bytes=-5', 'bytes=0-1,3-4', 'bytes=9-5', 'items=0-1', 'bytes=1e3-', `bytes=${'9'.repeat(16)}-`]) assert.equal(parseRange(other), undefined, String(other));
  });

  it('writes what is sent, and of what', () => {
    assert.equal(contentRange({ start: 5, end: 10 }, 12), 'bytes 5-9/12');
    assert.equal(outsideOf(12), 'bytes */12');
    assert.equal(outsideOf(undefined), 'bytes */*');
  });
});
