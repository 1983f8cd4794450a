package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever JSON a server answers is shown, and none of it reaches the terminal as a control
 * sequence.
 */
class ShownAnswersFuzzTest {
  private static final List<byte[]> SOUND =
      Stream.of(
              "{'product':'meter-2','region':'berlin','release':'3.1.0','owner':'x',"
                  + "'index':1209,'tier':96,'since':'2026-11-23T14:02:07Z',"
                  + "'at':'2026-11-23T14:02:07Z','until':'9999-12-31T23:59:59Z',"
                  + "'may':{'connect':false,'enrol':true},'policy':'sha256:7d1e00000000000000',"
                  + "'request':'connect','verdict':'deny','state':'live','mqtt':'5',"
                  + "'reasons':[{'component':'executables','tier':96,'latched':true,"
                  + "'text':'order is quarantine','evidence':'sha256:9f3c0000000000000000'}]}",
              "{'tier':'warning','reasons':['\\u001b[2J','\\u009b31m'],'product':'\\u001b]0;x\\u0007'}",
              "{'received':'2026-11-23T14:02:07Z','reference':'differs','beside':'reference',"
                  + "'secure-boot':'on','log':true,'events-told':2,"
                  + "'pcrs':[{'pcr':4,'use':'boot loader','value':'ab','other':'cd'}],"
                  + "'events':[{'number':0,'pcr':4,'words':'action \\u001b[2J','new':true}]}",
              "{'tier':2,'may':[],'reasons':{},'since':7,'index':'x','policy':null}")
          .map(text -> text.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
          .toList();

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_answer_is_shown_without_control_sequences(byte[] bytes) {
    show(bytes);
  }

  @Test
  void damaged_answers_are_shown_without_control_sequences() {
    Damage.each(2_000, SOUND, ShownAnswersFuzzTest::show);
  }

  private static void show(byte[] bytes) {
    JsonNode answer;
    try {
      answer = JsonMapper.shared().readTree(bytes);
    } catch (JacksonException noJson) {
      return;
    }
    for (int width : List.of(40, 100)) {
      show(answer, List.of(), width);
      show(answer, List.of(answer), width);
    }
  }

  private static void show(JsonNode answer, List<JsonNode> sessions, int width) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Subject device = Subject.device("meter-12");
    String ordered = Answers.text(answer, "text");
    new DeviceView(device, answer, answer, sessions, List.of(answer), answer, ordered)
        .print(new Terminal(stream, stream, width, false, false));
    new BootLines(new Terminal(stream, stream, width, false, false), "meter-12", answer).print();
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContainPattern("[\\p{Cntrl}&&[^\\n]]");
  }
}
