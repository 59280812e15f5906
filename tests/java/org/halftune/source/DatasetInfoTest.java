package org.halftune.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetInfoTest {
    @TempDir
    Path folder;

    @Test
    void alpacaColumnsGetStandardNames() throws IOException {
        rows("{'q': 'ask', 'x': 'more', 'a': 'say', 's': 'sys', 'h': [['u', 'v']], 'id': 7}");
        assertThat(read("""
                {"demo": {"file_name": "rows.jsonl", "columns": {"prompt": "q", "query": "x", "response": "a",
                 "system": "s", "history": "h"}}}""")).containsExactly("""
                {"instruction":"ask","input":"more","output":"say","system":"sys","history":[["u","v"]]}""");
    }

    @Test
    void withoutColumnsAlpacaNamesAreUsed() throws IOException {
        rows("{'instruction': 'i', 'input': '', 'output': 'o', 'system': 'not named'}");
        assertThat(read("{\"demo\": {\"file_name\": \"rows.jsonl\"}}")).containsExactly("""
                {"instruction":"i","input":"","output":"o","history":[]}""");
    }

    @Test
    void promptAloneIsText() throws IOException {
        rows("{'content': 'Once'}");
        assertThat(read("{\"demo\": {\"file_name\": \"rows.jsonl\", \"columns\": {\"prompt\": \"content\"}}}"))
                .containsExactly("{\"text\":\"Once\"}");
    }

    @Test
    void conversationsGetStandardSpeakers() throws IOException {
        rows("{'messages': [{'role': 'sys', 'content': 's'}, {'role': 'user', 'content': 'u', 'weight': 0}, "
                + "{'role': 'assistant', 'content': 'a'}, {'role': 'fn', 'content': '{}'}, {'role': 'obs', 'content': 'r'}, "
                + "{'role': 'else', 'content': 'e'}], 'tools': '[]'}");
        assertThat(read("""
                {"demo": {"file_name": "rows.jsonl", "formatting": "sharegpt",
                 "columns": {"messages": "messages", "tools": "tools"},
                 "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
                          "function_tag": "fn", "observation_tag": "obs", "system_tag": "sys"}}}""")).containsExactly("""
                {"conversations":[{"from":"system","value":"s"},{"from":"human","value":"u","weight":0},\
                {"from":"gpt","value":"a"},{"from":"function_call","value":"{}"},{"from":"observation","value":"r"},\
                {"from":"else","value":"e"}],"tools":"[]"}""");
    }

    @Test
    void rankingGivesPairsOfAlpacaAndShareGptRows() throws IOException {
        rows("{'q': 'ask', 'good': 'yes', 'bad': 'no'}");
        assertThat(pairs("""
                {"demo": {"file_name": "rows.jsonl", "ranking": true,
                 "columns": {"prompt": "q", "chosen": "good", "rejected": "bad"}}}""")).containsExactly("""
                {"instruction":"ask","chosen":"yes","rejected":"no"}""");
        rows("{'conversations': [{'from': 'human', 'value': 'u'}], 'chosen': {'from': 'gpt', 'value': 'a'}, "
                + "'rejected': [{'from': 'gpt', 'value': 'b'}]}");
        assertThat(pairs(
                        "{\"demo\": {\"file_name\": \"rows.jsonl\", \"formatting\": \"sharegpt\", \"ranking\": true}}"))
                .containsExactly("""
                        {"conversations":[{"from":"human","value":"u"}],"chosen":{"from":"gpt","value":"a"},\
                        "rejected":[{"from":"gpt","value":"b"}]}""");
    }

    @Test
    void fileNameMayBeAFolderAndNumSamplesDrawsRows() throws IOException {
        Files.createDirectory(folder.resolve("many"));
        Files.writeString(folder.resolve("many/a.txt"), "a\nb\n");
        Files.writeString(
                folder.resolve("dataset_info.json"),
                "{\"demo\": {\"file_name\": \"many\", \"num_samples\": 5, \"columns\": {\"prompt\": \"text\"}}}");
        var part = DatasetInfo.read(folder).part("demo");
        assertThat(part.drawn()).hasValue(5);
        assertThat(rows(part)).containsExactly("{\"text\":\"a\"}", "{\"text\":\"b\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"file_name": "a.json", "ranking": true}                          | holds preferences
            {"file_name": "a.json", "columns": {"chosen": "c"}}               | holds preferences
            {"hf_hub_url": "x/y"}                                             | is on a hub (hf_hub_url)
            {"script_url": "x"}                                               | is on a hub (script_url)
            {}                                                                | has no file_name
            {"file_name": "a.json", "subset": "s"}                            | has the key subset
            {"file_name": "a.json", "split": "test"}                          | has the split "test"
            {"file_name": "a.json", "formatting": "chatml"}                   | unknown formatting "chatml"
            {"file_name": "a.json", "columns": {"images": "i"}}               | is not text
            {"file_name": "a.json", "columns": {"answer": "i"}}               | unknown column answer
            {"file_name": "a.json", "tags": {"user": "i"}}                    | unknown tag user
            {"file_name": "a.json", "num_samples": 0}                         | has num_samples 0
            {"file_name": "a.json", "colums": {}}                             | has the unknown key colums
            """)
    void unsupportedEntriesAreRefusedWithAReason(String entry, String what) throws IOException {
        Files.writeString(folder.resolve("dataset_info.json"), "{\"demo\": " + entry + "}");
        var error = catchThrowableOfType(
                InputError.class, () -> DatasetInfo.read(folder).part("demo"));
        assertThat(error.what()).contains(what);
        assertThat(error.where()).endsWith("dataset_info.json, data set demo");
        assertThat(error.fix()).isNotBlank();
    }

    @Test
    void unknownNameListsTheKnownOnes() throws IOException {
        Files.writeString(folder.resolve("dataset_info.json"), "{\"demo\": {}, \"other\": {}}");
        assertThat(catchThrowableOfType(
                                InputError.class, () -> DatasetInfo.read(folder).part("dmo"))
                        .what())
                .isEqualTo("unknown data set \"dmo\"; the file defines demo, other");
        assertThat(catchThrowableOfType(InputError.class, () -> DatasetInfo.read(folder.resolve("none")))
                        .fix())
                .contains("--dataset_dir");
    }

    private void rows(String row) throws IOException {
        Files.writeString(folder.resolve("rows.jsonl"), row.replace('\'', '"'));
    }

    private List<String> read(String info) throws IOException {
        Files.writeString(folder.resolve("dataset_info.json"), info);
        return rows(DatasetInfo.read(folder).part("demo"));
    }

    private List<String> pairs(String info) throws IOException {
        Files.writeString(folder.resolve("dataset_info.json"), info);
        return rows(DatasetInfo.read(folder, true).part("demo"));
    }

    private static List<String> rows(DataPart part) {
        var rows = new ArrayList<String>();
        try (var source = part.open()) {
            for (var row = source.next(); row != null; row = source.next())
                rows.add(row.value().toString());
        }
        return rows;
    }
}
