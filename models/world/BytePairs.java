package world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Byte-pair encoding (Sennrich et al. 2016, arXiv 1508.07909): begins with the 256 bytes and merges, again and again,
 * the pair of neighbours that is most frequent inside the pieces of the text.
 *
 * <p>Counts are taken anew for every merge. With a few thousand different pieces that is a second in all, and simple.
 *
 * @param vocabulary token to id: special tokens, bytes, then merged tokens in the order of their merges
 * @param merges each the two tokens that became one, best first
 */
public record BytePairs(Map<String, Integer> vocabulary, List<Pair> merges) {

    /** In the order of their ids, from 0. */
    public static final List<String> SPECIAL = List.of("<pad>", "<s>", "</s>");

    public record Pair(String left, String right) {
        String joined() {
            return left + right;
        }
    }

    static BytePairs train(List<String> documents, int vocabularySize) {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (String special : SPECIAL) {
            vocabulary.put(special, vocabulary.size());
        }
        for (int b = 0; b < 256; b++) {
            vocabulary.put(String.valueOf(Pieces.character(b)), vocabulary.size());
        }
        List<Word> words = words(documents);
        List<Pair> merges = new ArrayList<>();
        while (vocabulary.size() < vocabularySize) {
            Pair best = mostFrequent(words);
            merges.add(best);
            vocabulary.putIfAbsent(best.joined(), vocabulary.size());
            words.forEach(word -> word.merge(best));
        }
        return new BytePairs(vocabulary, List.copyOf(merges));
    }

    /** The pieces of all documents with their counts, sorted, so that nothing depends on the order of documents. */
    private static List<Word> words(List<String> documents) {
        Map<String, Integer> counts = new TreeMap<>();
        for (String document : documents) {
            Pieces.of(document).forEach(piece -> counts.merge(piece, 1, Integer::sum));
        }
        return counts.entrySet().stream()
                .map(entry -> new Word(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Pair mostFrequent(List<Word> words) {
        Map<Pair, Long> counts = new HashMap<>();
        for (Word word : words) {
            for (int i = 0; i + 1 < word.tokens.size(); i++) {
                counts.merge(new Pair(word.tokens.get(i), word.tokens.get(i + 1)), (long) word.count, Long::sum);
            }
        }
        return counts.entrySet().stream()
                .max(Comparator.<Map.Entry<Pair, Long>>comparingLong(Map.Entry::getValue)
                        .thenComparing(entry -> entry.getKey().left(), Comparator.reverseOrder())
                        .thenComparing(entry -> entry.getKey().right(), Comparator.reverseOrder()))
                .orElseThrow(() ->
                        new IllegalArgumentException("the corpus has too few different words for this vocabulary"))
                .getKey();
    }

    /** A piece as the tokens it consists of so far. */
    private static final class Word {

        private final int count;
        private List<String> tokens = new ArrayList<>();

        Word(String piece, int count) {
            this.count = count;
            for (int i = 0; i < piece.length(); i++) {
                tokens.add(piece.substring(i, i + 1));
            }
        }

        void merge(Pair pair) {
            List<String> merged = new ArrayList<>();
            int i = 0;
            while (i < tokens.size()) {
                boolean found = i + 1 < tokens.size()
                        && tokens.get(i).equals(pair.left())
                        && tokens.get(i + 1).equals(pair.right());
                merged.add(found ? pair.joined() : tokens.get(i));
                i += found ? 2 : 1;
            }
            tokens = merged;
        }
    }
}
