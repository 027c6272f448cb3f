import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.knn.plugin.KNNPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * A whole OpenSearch node in one process: its modules are on the class path instead of in folders of a distribution.
 *
 * <p>{@code java -cp JARS OpenSearchNode.java HOME} listens on a free port of 127.0.0.1, writes the address into {@code
 * HOME/address} once it answers, and ends when its standard input ends.
 */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Environment environment, List<Class<? extends Plugin>> plugins) {
    super(environment, plugins, false);
  }

  public static void main(String[] arguments) throws Exception {
    Thread parent = new Thread(OpenSearchNode::endWithParent, "parent");
    parent.setDaemon(true);
    parent.start();

    Path home = Path.of(arguments[0]);
    Settings settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "cueline-tests")
            .put("node.name", "node")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("http.type", Netty4Plugin.NETTY_HTTP_TRANSPORT_NAME)
            .put("transport.type", Netty4Plugin.NETTY_TRANSPORT_NAME)
            .put("node.processors", 2)
            // Disks of test machines are full; tests store next to nothing.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .put("cluster.max_shards_per_node", 10_000)
            .build();
    List<Class<? extends Plugin>> plugins =
        List.of(
            Netty4Plugin.class,
            CommonAnalysisPlugin.class,
            PainlessPlugin.class,
            KNNPlugin.class);
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node");
    Node node = new OpenSearchNode(environment, plugins).start();

    var address = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress();
    Path written = Files.writeString(home.resolve("address.part"), address.toString());
    Files.move(written, home.resolve("address"), StandardCopyOption.ATOMIC_MOVE);
    Thread.currentThread().join();
  }

  /** A test that dies closes the pipe; nothing of the node is worth an orderly end. */
  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {}
    } catch (java.io.IOException gone) {
      // The same as an end.
    }
    Runtime.getRuntime().halt(0);
  }
}
