package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowReaderTest {

    @TempDir
    Path folder;

    @Test
    void everyFormOfRowIsRead() throws IOException {
        assertThat(one("{'text': 'a'}")).isEqualTo(new Row.Text("a"));
        assertThat(one("{'prompt': 'a', 'completion': 'b'}")).isEqualTo(new Row.PromptCompletion("a", "b"));
        assertThat(one("{'prompt': 'a', 'answer': ''}")).isEqualTo(new Row.PromptCompletion("a", ""));
        assertThat(one("{'question': 'q', 'answer': 'a'}"))
                .isEqualTo(new Row.ChatCompletion(
                        Conversation.of(Message.of("user", "q")), List.of(Message.of("assistant", "a"))));
        assertThat(one("{'instruction': 'i', 'input': null, 'output': 'o'}"))
                .isEqualTo(new Row.Instruction("i", "", "o"));
        assertThat(one("{'instruction': 'i', 'input': 'x', 'output': 'o', 'text': 'all', 'id': 7}"))
                .isEqualTo(new Row.Instruction("i", "x", "o"));
        assertThat(one("{'messages': [{'role': 'system', 'content': 's'}, {'role': 'tool', 'content': 't'}]}"))
                .isEqualTo(new Row.Messages(Conversation.of(Message.of("system", "s"), Message.of("tool", "t"))));
        assertThat(one("{'conversations': [{'from': 'human', 'value': 'h'}, {'from': 'gpt', 'value': 'g'}]}"))
                .isEqualTo(new Row.Messages(Conversation.of(Message.of("user", "h"), Message.of("assistant", "g"))));
        assertThat(
                        one(
                                "{'prompt': [{'role': 'user', 'content': 'u'}], 'completion': [{'role': 'assistant', 'content': 'a'}]}"))
                .isEqualTo(new Row.ChatCompletion(
                        Conversation.of(Message.of("user", "u")), List.of(Message.of("assistant", "a"))));
        var tokens =
                (Row.Tokenized) one("{'input_ids': [1, 2, 3], 'labels': [-100, 2, 3], 'attention_mask': [1, 1, 1]}");
        assertThat(tokens.inputIds()).containsExactly(1, 2, 3);
        assertThat(tokens.labels()).containsExactly(-100, 2, 3);
        assertThat(((Row.Tokenized) one("{'input_ids': [4]}")).labels()).containsExactly(4);
    }

    @Test
    void promptBesideMessagesIsIgnored() throws IOException {
        assertThat(one("{'prompt': 'a', 'messages': [{'role': 'user', 'content': 'u'}]}"))
                .isInstanceOf(Row.Messages.class);
    }

    @Test
    void blankLinesAndByteOrderMarkAreSkipped() throws IOException {
        Path file = write("a.jsonl", "\uFEFF\n{\"text\": \"a\"}\r\n\r\n  \n{\"text\": \"ä🙂\"}");
        assertThat(Datasets.rows(file))
                .containsExactly(
                        new PlacedRow(new Place(file, 2, 1), new Row.Text("a"), "text", List.of()),
                        new PlacedRow(new Place(file, 5, 2), new Row.Text("ä🙂"), "text", List.of()));
        assertThat(new Place(file, 5, 2)).hasToString(file + ", line 5 (row 2)");
    }

    @Test
    void arrayMaySpanLinesWithAnyFileName() throws IOException {
        for (String name : List.of("a.json", "a.jsonl")) {
            Path file = write(name, "\n [\n {\n\"text\":\n\"a\"},\n\n{\"text\": \"b\"}]\n");
            assertThat(Datasets.rows(file))
                    .containsExactly(
                            new PlacedRow(new Place(file, 3, 1), new Row.Text("a"), "text", List.of()),
                            new PlacedRow(new Place(file, 7, 2), new Row.Text("b"), "text", List.of()));
        }
        assertThat(Datasets.rows(write("lines.json", "{\"text\": \"a\"}\n{\"text\": \"b\"}\n")))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"prompt": "a", "completion": 3}                        | field completion            | is a number, not a string
            {"prompt": "a", "completion": null}                     | field completion            | is null
            {"prompt": null, "completion": "a"}                     | field prompt                | is null
            {"prompt": "a", "completion": [{"role": "user"}]}       | field completion            | prompt is a string, but completion is a list
            {"text": {"a": 1}}                                      | field text                  | is an object
            {"text": true}                                          | field text                  | is a boolean
            {"text": "a\\ud83d"}                                    | field text                  | character 1 is \\ud83d
            {"messages": []}                                        | field messages              | is empty
            {"messages": "hello"}                                   | field messages              | is a string
            {"messages": null}                                      | field messages              | is null
            {"messages": ["hello"]}                                 | field messages[0]           | a message is a string
            {"messages": [{"role": "user", "content": 3}]}          | field messages[0].content   | content is a number
            {"messages": [{"content": "x"}]}                        | field messages[0].role      | role is missing
            {"messages": [{"role": "user", "content": [{"type": "image"}]}]} | field messages[0].content[0] | type "image"
            {"messages": [{"role": "user", "content": "a", "weight": 0.5}]}  | field messages[0].weight | weight is 0.5
            {"messages": [{"role": "user", "content": "a", "train": 1}]}     | field messages[0].train  | not a boolean
            {"messages": [{"role": "user", "content": "a"}], "tools": "x"}   | field tools              | not valid JSON
            {"messages": [{"role": "user", "content": "a"}], "tools": [1]}   | field tools[0]           | the tool is a number
            {"messages": [{"role": "system", "content": "a"}], "system": "b"} | field system            | has a different one
            {"conversations": [{"from": "owl", "value": "x"}]}      | field conversations[0].from | unknown speaker "owl"
            {"instruction": "a", "output": "b", "history": [["c"]]} | field history[0]            | not a pair of strings
            {"prompt": "a", "completion": "b", "system": "c"}       | field system                | is not used in plain-text rows
            {"prompt": "a", "completion": "b", "label": true}       | field label                 | KTO
            {"text": "a", "images": ["x.png"]}                      | field images                | holds media
            {"text": "a", "loss_weight": 0.5}                       | field loss_weight           | weights the row
            {"text": "a", "position_ids": [0]}                      | field position_ids          | only used with input_ids
            {"question": "q", "answer": "a", "messages": [{"role": "user", "content": "u"}]} | line 1 | question, answer and messages
            {"conversations": []}                                   | field conversations         | is empty
            {"input_ids": [1, 2], "labels": [1]}                    | field labels                | 1 labels for 2 input_ids
            {"input_ids": [1, -2]}                                  | field input_ids[1]          | -2 is less than 0
            {"input_ids": [1, 2], "labels": [-100, -5]}             | field labels[1]             | label -5 is negative
            {"input_ids": [1.5]}                                    | field input_ids[0]          | 1.5 is not a 32-bit
            {"input_ids": [99999999999]}                            | field input_ids[0]          | is not a 32-bit integer
            {"input_ids": []}                                       | field input_ids             | is empty
            {"input_ids": 7}                                        | field input_ids             | is a number
            {"input_ids": [1], "labels": "x"}                       | field labels                | is a string
            {"input_ids": [1, 0], "attention_mask": [1, 0]}         | field attention_mask        | padding
            {"input_ids": [1], "completion_mask": [2]}              | field completion_mask[0]    | neither 0 nor 1
            {"input_ids": [1], "assistant_masks": [1, 1]}           | field assistant_masks       | 2 values for 1 input_ids
            {"input_ids": [1, 2], "position_ids": [0, 2]}           | field position_ids[1]       | position 2 follows 0
            {"input_ids": [1, 2], "seq_lengths": [1, 2]}            | field seq_lengths           | add up to 3
            {"conversations": [], "chosen": {}, "rejected": {}}     | field conversations         | is empty
            {"instruction": "a"}                                    | line 1                      | the columns instruction
            {}                                                      | line 1                      | no columns
            {"text": "a"} x                                         | line 1, column              | invalid JSON
            {"text": "a"                                            | line 1, column              | invalid JSON
            {"text": "a", "text": "b"}                              | line 1, column              | invalid JSON
            """)
    void badRowNamesFieldAndReason(String row, String where, String what) throws IOException {
        InputError error = error(write("bad.jsonl", row));
        assertThat(error.where()).contains("bad.jsonl, line 1").contains(where);
        assertThat(error.what()).contains(what);
        assertThat(error.fix()).isNotEmpty();
    }

    @Test
    void unknownFormListsTheSupportedForms() throws IOException {
        InputError error = error(write("a.jsonl", "{\"colour\": \"red\", \"size\": 3}"));
        assertThat(error.what()).contains("colour, size");
        assertThat(error.fix())
                .contains(
                        "prompt, completion",
                        "messages",
                        "text",
                        "instruction[, input], output",
                        "input_ids[, labels]");
    }

    @Test
    void lineOfABadRowIsNamed() throws IOException {
        assertThat(error(write("a.jsonl", "{\"text\": \"a\"}\n\n{\"text\": 1}")).where())
                .contains("line 3 (row 2)");
        assertThat(error(write("a.json", "[\n{\"text\": \"a\"},\n{\"text\":\n 1}]"))
                        .where())
                .contains("line 3 (row 2)");
        assertThat(error(write("a.json", "[\n{\"text\": \"a\"},\n 17]")).where())
                .contains("line 3 (row 2)");
        assertThat(error(write("a.json", "[\n{\"text\": \"a\"},\n{\"text\": x}]"))
                        .where())
                .contains("line 3, column 1");
        assertThat(error(write("a.json", "[{\"text\": \"a\"},\n")).what()).contains("invalid JSON");
        assertThat(error(write("a.json", "[{\"text\": \"a\"}]\n\n[]")).where()).contains("line 3");
        assertThat(error(write("a.json", "[[{\"text\": \"a\"}]]")).what()).contains("the row is a list");
        assertThat(error(write("a.json", "{\n \"text\": \"a\"\n}")).fix()).contains("one line");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n\n", "\uFEFF"})
    void emptyFileIsAnError(String content) throws IOException {
        assertThat(error(write("a.jsonl", content)).what()).contains("empty");
    }

    @Test
    void fileThatIsNotADataFileIsAnError() throws IOException {
        assertThat(error(folder.resolve("none.jsonl")).what()).contains("the data file does not exist");
        assertThat(error(folder).what()).contains("folder");
        assertThat(error(write("a.docx", "a,b")).what()).contains(".json");
        assertThat(error(write("a.jsonl", "hello")).what()).contains("starts with 'h'");
    }

    @Test
    void otherEncodingIsAnErrorWithItsLine() throws IOException {
        Path file = folder.resolve("latin.jsonl");
        Files.write(
                file,
                "{\"text\": \"a\"}\n{\"text\": \"b\"}\n{\"text\": \"ä\"}\n".getBytes(StandardCharsets.ISO_8859_1));
        InputError error = error(file);
        assertThat(error.what()).contains("not UTF-8");
        assertThat(error.where()).endsWith("line 3");
        Files.write(file, "[{\"text\": \"a\"}]".getBytes(StandardCharsets.UTF_16));
        assertThat(error(file).what()).contains("not UTF-8");
    }

    @Test
    void damagedFilesOnlyThrowInputErrors() throws IOException {
        byte[][] seeds = {"""
            [{"messages": [{"role": "user", "content": "h\\u00e4 \\ud83d\\ude42"}, {"role": "assistant", "content": "ä"}]},
             {"prompt": "a", "completion": "b"}, {"input_ids": [1, 2, 3], "labels": [-100, 2, 3]}]
            """.getBytes(StandardCharsets.UTF_8), """
            {"conversations": [{"from": "human", "value": "h"}, {"from": "gpt", "value": "g"}]}
            {"instruction": "i", "input": null, "output": 1e5}

            {"text": "🙂"}
            """.getBytes(StandardCharsets.UTF_8)};
        byte[] interesting = "{}[]\":,\\0-9.eEnulltrue\u0000\r\n ".getBytes(StandardCharsets.UTF_8);
        var random = new Random(7);
        Path file = folder.resolve("fuzz.jsonl");
        int errors = 0;
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = seeds[round % 2].clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(bytes.length);
                if (random.nextInt(8) == 0) bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
                else if (random.nextBoolean()) bytes[at] = interesting[random.nextInt(interesting.length)];
                else bytes[at] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try {
                Datasets.rows(file);
            } catch (InputError e) {
                errors++;
                assertThat(e.where()).contains("fuzz.jsonl");
                assertThat(e.report().lines()).as("three lines at most").hasSizeLessThanOrEqualTo(3);
            }
        }
        assertThat(errors).isGreaterThan(500);
    }

    @Test
    void deepNestingIsAnErrorNotAStackOverflow() throws IOException {
        String deep = "{\"text\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatThrownBy(() -> Datasets.rows(write("a.jsonl", deep))).isInstanceOf(InputError.class);
        assertThatThrownBy(() -> Datasets.rows(write("a.json", "[" + deep + "]")))
                .isInstanceOf(InputError.class);
    }

    private Row one(String json) throws IOException {
        List<PlacedRow> rows = Datasets.rows(write("one.jsonl", json.replace('\'', '"')));
        assertThat(rows).hasSize(1);
        return rows.getFirst().row();
    }

    private static InputError error(Path file) {
        return catchThrowableOfType(InputError.class, () -> Datasets.rows(file));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
