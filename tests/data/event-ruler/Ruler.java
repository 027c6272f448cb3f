import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/**
 * Asks Amazon's own matcher. Reads {@code {"pattern": TEXT, "event": TEXT}} a line, both as JSON in a string; answers a line
 * each: {@code match}, {@code none}, or {@code error} and why the pattern or the event is refused.
 */
public final class Ruler {
  private Ruler() {}

  public static void main(String[] arguments) throws Exception {
    ObjectMapper json = new ObjectMapper();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode question = json.readTree(line);
      out.write(verdict(question.get("pattern").asText(), question.get("event").asText()));
      out.newLine();
    }
    out.flush();
  }

  private static String verdict(String pattern, String event) {
    try {
      Machine machine = new Machine();
      machine.addRule("rule", pattern);
      return machine.rulesForJSONEvent(event).isEmpty() ? "none" : "match";
    } catch (Exception | StackOverflowError refused) {
      return "error " + String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
    }
  }
}
