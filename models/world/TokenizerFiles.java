package world;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code tokenizer.json} and {@code tokenizer_config.json} as Hugging Face's tokenizers and transformers read them. */
final class TokenizerFiles {

    private TokenizerFiles() {}

    /** A byte-level BPE: digits apart, GPT-2's pattern, and {@code <s>} before every text. */
    static String tokenizerJson(BytePairs pairs) {
        String added = BytePairs.SPECIAL.stream()
                .map(token -> """
                            {"id": %d, "content": %s, "single_word": false, "lstrip": false, "rstrip": false, \
                        "normalized": false, "special": true}""".formatted(pairs.vocabulary().get(token), Json.quoted(token)))
                .collect(Collectors.joining(",\n"));
        return """
                {
                  "version": "1.0",
                  "truncation": null,
                  "padding": null,
                  "added_tokens": [
                %s
                  ],
                  "normalizer": null,
                  "pre_tokenizer": {
                    "type": "Sequence",
                    "pretokenizers": [
                      {"type": "Digits", "individual_digits": true},
                      {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
                    ]
                  },
                  "post_processor": {
                    "type": "TemplateProcessing",
                    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                    "pair": [
                      {"SpecialToken": {"id": "<s>", "type_id": 0}},
                      {"Sequence": {"id": "A", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 0}}
                    ],
                    "special_tokens": {"<s>": {"id": "<s>", "ids": [%d], "tokens": ["<s>"]}}
                  },
                  "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
                  "model": {
                    "type": "BPE",
                    "dropout": null,
                    "unk_token": null,
                    "continuing_subword_prefix": null,
                    "end_of_word_suffix": null,
                    "fuse_unk": false,
                    "byte_fallback": false,
                    "ignore_merges": false,
                    "vocab": {
                %s
                    },
                    "merges": [
                %s
                    ]
                  }
                }
                """.formatted(
                        added, pairs.vocabulary().get("<s>"), vocabulary(pairs.vocabulary()), merges(pairs.merges()));
    }

    private static String vocabulary(Map<String, Integer> vocabulary) {
        return vocabulary.entrySet().stream()
                .map(entry -> "      " + Json.quoted(entry.getKey()) + ": " + entry.getValue())
                .collect(Collectors.joining(",\n"));
    }

    private static String merges(List<BytePairs.Pair> merges) {
        return merges.stream()
                .map(pair -> "      [" + Json.quoted(pair.left()) + ", " + Json.quoted(pair.right()) + "]")
                .collect(Collectors.joining(",\n"));
    }

    static String tokenizerConfigJson(int longestText) {
        return """
                {
                  "bos_token": "<s>",
                  "clean_up_tokenization_spaces": false,
                  "eos_token": "</s>",
                  "model_max_length": %d,
                  "pad_token": "<pad>",
                  "tokenizer_class": "PreTrainedTokenizerFast"
                }
                """.formatted(longestText);
    }
}
