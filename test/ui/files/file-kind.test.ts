import { assert } from 'chai';
import { fileKind } from '../../../src/ui/files/file-kind.ts';

describe('what a file is shown as', () => {
  it('shows the source of HTML and scripts, never the document', () => {
    assert.equal(fileKind('text/html', 'a.html'), 'text');
    assert.equal(fileKind('application/xhtml+xml', 'a.xhtml'), 'text');
    assert.equal(fileKind('text/javascript', 'a.js'), 'text');
  });

  it('shows SVG only as a picture, where scripts do not run', () => {
    assert.equal(fileKind('image/svg+xml', 'a.svg'), 'image');
  });

  it('goes by media type first, then by the name of plain text', () => {
    assert.equal(fileKind('application/pdf', 'a.txt'), 'pdf');
    assert.equal(fileKind('application/octet-stream', 'notes.md'), 'text');
    assert.equal(fileKind('video/mp2t', 'index.ts'), 'text');
    assert.equal(fileKind('application/octet-stream', 'a.bin'), 'other');
  });

  it('offers no picture that no browser draws', () => {
    assert.equal(fileKind('image/tiff', 'a.tiff'), 'other');
  });
});
