// Corrections of misspelled words in a search, from the words of names in the handbook, and words to leave out. Loaded
// for a word that no page contains.

let loading = null;

function load(address) {
  loading ??= fetch(address)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .catch(() => {
      loading = null;
      return [];
    });
  return loading;
}

// Without case and marks above letters.
const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// The number of edits between two words: letters added, left out, replaced, or swapped with the next one. More than
// `most` edits count as infinitely many.
function distance(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + same);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  const edits = rows[a.length][b.length];
  return edits > most ? Number.POSITIVE_INFINITY : edits;
}

// The nearest word; the word as written if no word is near enough, or if it is the beginning of a word.
function nearest(word, words) {
  const written = plain(word);
  if (written.length < 4 || words.some((other) => plain(other).startsWith(written))) return word;
  const most = written.length < 8 ? 1 : 2;
  let best = { word, edits: most + 1 };
  for (const other of words) {
    const edits = distance(written, plain(other), most);
    if (edits < best.edits) best = { word: other, edits };
  }
  return best.word;
}

// The words of a query with corrections of those that no page contains; null if there are none.
export async function corrected(terms, absent, address) {
  const words = await load(address);
  const better = terms.map((term) => (absent.includes(term) ? nearest(term, words) : term));
  return better.some((word, at) => word !== terms[at]) ? better : null;
}

// Languages without spaces between words have short words.
const SHORT =
  /^[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]{0,2}$/u;

// The absent words of which a search finds only the first one or two letters, such as the word “x” for “xyzzy”.
export async function farFetched(pagefind, absent) {
  const isWild = async (word) => {
    const { results } = await pagefind.search(word);
    const found = await Promise.all(results.slice(0, 3).map((result) => result.data()));
    const marks = found.flatMap(({ excerpt }) => [...excerpt.matchAll(/<mark>(.*?)<\/mark>/g)]);
    const words = marks.map(([, mark]) => mark.replace(/[^\p{L}\p{M}\p{N}]/gu, ""));
    return words.length > 0 && words.every((found) => SHORT.test(found));
  };
  const wild = await Promise.all(absent.map(isWild));
  return absent.filter((_, at) => wild[at]);
}
