/** A statement of SQL is reported for the values that are put into it, and not for names of tables that no parameter could be. */
import { expect, test } from 'vitest';
import { isMeant } from '../../../src/agents/review/activities/narrowed.ts';
import { putsOnlyNames } from '../../../src/agents/review/activities/sql-names.ts';

test.each([
  ['a.rb', 'where("LOWER(#{table_name}.name) = LOWER(?)", arg)'],
  ['a.rb', 'execute("DELETE FROM #{queries} WHERE id = 1")'],
  ['a.rb', 'where("#{quoted_table_name}.mail = #{connection.quoted_true}")'],
  ['a.rb', 'where("parent_id = #{id.to_i}")'],
  ['a.py', 'cur.execute(f"INSERT INTO {table} ({columns}) VALUES ({placeholders})", row)'],
  ['a.py', 'self.run("select count(*) from %s" % t)'],
  ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM %s", name))'],
  ['a.ts', 'db.query(`SELECT id FROM ${schema}.users WHERE id = $1`)'],
  ['a.java', 'st.executeQuery("SELECT * FROM " + table + " WHERE a = 1")'],
  ['a.java', 'st.execute("DELETE FROM " + table);'],
  ['a.php', '$db->query("SELECT * FROM " . $table . " WHERE a = 1");'],
  ['a.php', '$db->query("SELECT * FROM {$this->table} WHERE a = 1");'],
  ['a.ts', 'db.query(`SELECT * FROM "${name}" WHERE a = $1`, [a])'],
  ['a.ts', "db.query(`SELECT * FROM ${names['a']} WHERE a = 'b'`)"],
  ['a.py', 'cur.execute(f"SELECT * FROM {table} WHERE a = %s AND b = \'{{}}\'", (a,))'],
  ['a.py', 'cur.execute("SELECT * FROM {} WHERE a = 1".format(t))'],
  ['a.py', 'cur.execute("SELECT * FROM %s WHERE id = %d" % (t, number))'],
  ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM %s WHERE id = %d", name, id))'],
  ['a.cs', 'new SqlCommand($"SELECT * FROM {name} WHERE a = 1")'],
  ['a.cs', 'new SqlCommand(string.Format("SELECT * FROM {0}", name))'],
  ['a.rb', 'where("name = #{connection.quote(params[:name])}")'],
  ['a.php', "$db->query('SELECT a FROM b WHERE c = \\'' . mysqli_real_escape_string($x) . '\\'');"],
  ['a.py', 'f"SELECT a FROM b WHERE c IN (SELECT COUNT(d) FROM {table_name})"'],
  ['a.py', 'f"WITH gone AS (DELETE FROM {name} RETURNING *) SELECT * FROM gone"'],
  ['a.py', 'f"SELECT * FROM ((SELECT a FROM b) UNION SELECT a FROM {name}) AS c"'],
  ['a.py', 'f"SELECT EXTRACT(YEAR FROM a) FROM {name}"'],
  ['a.py', 'f"DROP TABLE IF EXISTS {name}"'],
  ['a.go', 'sess.Exec(fmt.Sprintf("RENAME TABLE `%s` TO `%s`;", from, to))'],
  ['a.go', 'sess.Exec(fmt.Sprintf("ALTER TABLE `%s` DROP COLUMN `%s`", t, c))'],
  ['a.php', '$db->query("ALTER TABLE a RENAME TO $name");'],
  ['a.php', '$this->db->query("DELETE FROM `" . DB_PREFIX . "a` WHERE `b` = \'" . (int)$data[\'b\'] . "\'");'],
  ['a.php', '$this->db->query("UPDATE a SET b = \'" . $this->db->escape((string)$data[\'b\']) . "\'");'],
  ['a.php', "$db->query('SET sql_mode = \"' . Db::SQL_MODE . '\"');"],
  ['a.py', 'f"SELECT a FROM b WHERE c LIKE \'{self.PREFIX}%\'"'],
  ['a.php', "$db->query('SET SESSION group_concat_max_len=' . (128 * 1024));"],
])('%s puts names alone into its statement: %s', (path, line) => {
  expect(putsOnlyNames(path, [line])).toBe(true);
});

test.each([
  ['a.rb', 'where("name = \'#{params[:name]}\'")'],
  ['a.rb', 'execute("DELETE FROM #{table_name} WHERE id = #{custom_field_id}")'],
  ['a.rb', 'order("#{params[:sort]} DESC")'],
  ['a.py', 'cur.execute(f"SELECT a FROM {table} WHERE name = \'{name}\'")'],
  ['a.py', 'cur.execute("SELECT a FROM b WHERE c = \'%s\'" % c)'],
  ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM a WHERE name = \'%s\'", name))'],
  ['a.ts', "db.query(`SELECT id FROM users WHERE name = '${name}'`)"],
  ['a.ts', 'db.query("SELECT id FROM users WHERE name = " + name)'],
  ['a.php', '$db->query("SELECT a FROM b WHERE c = " . $_GET["c"]);'],
  ['a.java', 'st.executeQuery("SELECT " + x);'],
  ['a.rb', 'execute(statement)'],
  ['a.php', '"SELECT * FROM " . $table . " WHERE name = \'$name\'"'],
  ['a.php', '"SELECT * FROM $table WHERE name = \'{$row["name"]}\'"'],
  ['a.php', '$db->query($sql . " FROM " . $table);'],
  ['a.ts', '`SELECT * FROM ${table} WHERE x = ${f({a: 1})}`'],
  ['a.ts', 'db.query(`SELECT * FROM ${table}` + where)'],
  ['a.ts', 'db.query(`SELECT * FROM ${table} WHERE a = "x ${b}.c"`)'],
  ['a.py', '"SELECT * FROM %s WHERE name = %r" % (table, name)'],
  ['a.py', '"SELECT * FROM %s WHERE name = %-5s" % (table, name)'],
  ['a.py', '"SELECT * FROM {} WHERE name = {}".format(table, name)'],
  ['a.py', '"SELECT * FROM %s" % table + " WHERE id = " + id'],
  ['a.py', '"SELECT * FROM " + table + " WHERE id = " + (id)'],
  ['a.py', '"SELECT * FROM " + table + " WHERE id = " + ids[0] + f(id)'],
  ['a.py', 'f"SELECT * FROM {table} WHERE id = \'{quote_id}\'"'],
  ['a.py', 'f"SELECT * FROM {table} WHERE d LIKE \'%.{domain}\'"'],
  ['a.py', 'f"SELECT * FROM {table} WHERE path = \'{name}.jpg\'"'],
  ['a.py', 'f"SELECT * FROM {table} WHERE a = {escape_html(a)}"'],
  ['a.py', 'f"SELECT * FROM {table} WHERE a = {quote(a) + b}"'],
  ['a.py', 'f"SELECT * FROM {table} WHERE a = {int(a) or b}"'],
  ['a.rb', 'where("name = #{unescape(params[:q])}")'],
  ['a.rb', 'where("a = #{table_name}" << params[:q])'],
  ['a.go', 'Sprintf("SELECT * FROM a WHERE id=%d AND name=\'" + name + "\'", id)'],
  ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM %s", t) + where)'],
  ['a.go', 'db.Query(fmt.Sprintf("SELECT * FROM %s WHERE a = %[2]s", t, a))'],
  ['a.go', 'db.Query("SELECT * FROM a WHERE id = \'" + req.ID + "\'")'],
  ['a.go', 'db.Query("SELECT * FROM a WHERE id = \'" + Request.UUID + "\'")'],
  ['a.cs', 'new SqlCommand($"SELECT * FROM a WHERE b = {r.CLIENT_NAME}")'],
  ['a.php', '$db->query("SELECT * FROM a WHERE b = " . $user->ID);'],
  ['a.py', 'f"SELECT * FROM a WHERE id = {args.ID}"'],
  ['a.py', 'f"SELECT * FROM a WHERE b = \'{shlex.quote(b)}\'"'],
  ['a.py', 'f"SELECT * FROM a WHERE b = \'{html.escape(b)}\'"'],
  ['a.php', '$db->query("SELECT a FROM b WHERE c = \'" . $view->escapeHtml($_GET["c"]) . "\'");'],
  ['a.php', '$db->query("SELECT a FROM b WHERE c = \'" . $html->escape($c) . "\'");'],
  ['a.kt', 'db.query("SELECT * FROM $table")'],
  ['a.py', 'f"SELECT * FROM {table} WHERE'],
  ['a.php', '$this->db->query("UPDATE a SET b = \'" . (string)$data[\'b\'] . "\'");'],
  ['a.php', '$this->db->query("UPDATE a SET c = " . (int)$c . ", b = \'" . $b . "\'");'],
  ['a.py', 'f"SELECT EXTRACT(YEAR FROM {when}) FROM a"'],
  ['a.ts', 'db.query(`SELECT SUBSTRING(a FROM ${from} FOR 2) FROM b`)'],
  ['a.ts', "db.query(`SELECT TRIM(BOTH 'x' FROM ${text}) FROM b`)"],
  ['a.ts', 'db.query(`SELECT trim( from ${text}) FROM b`)'],
  ['a.php', '"SELECT OVERLAY(a PLACING b FROM $at) FROM c"'],
  ['a.py', 'f"SELECT a FROM b WHERE c IS DISTINCT FROM {value}"'],
  ['a.py', 'f"SELECT a FROM b WHERE c IS NOT DISTINCT  FROM {value}"'],
  ['a.py', 'f"SELECT a FROM b FOR SYSTEM_TIME FROM {start} TO now()"'],
  ['a.py', 'f"DELETE FROM a FOR PORTION OF valid FROM {start} TO NULL"'],
  ['a.py', 'f"COPY a (b) FROM {path}"'],
  ['a.py', 'f"SELECT a FROM b WHERE EXISTS {query}"'],
  ['a.py', 'f"ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c ON UPDATE {action}"'],
  ['a.py', 'f"SELECT a FROM b WHERE c = 1.{digits}"'],
])('%s puts more than names into its statement, or it is not known what: %s', (path, line) => {
  expect(putsOnlyNames(path, [line])).toBe(false);
});

test.each([
  ['a.php', ['$time = (int) $config["t"];'], "$db->query('SET @@wait = ' . $time);", true],
  ['a.php', ['function f(int $time) {'], "$db->query('SET @@wait = ' . $time);", true],
  ['a.go', ['func f(id int64) {'], 'db.Query("SELECT a FROM b WHERE id = " + id)', true],
  ['a.py', ['def f(n: int):'], 'f"SELECT a FROM b LIMIT {n}"', true],
  ['a.rb', ['where = "WHERE a.b = c.d"'], 'execute("DELETE FROM a USING c #{where}")', true],
  ['a.rb', ['where = "WHERE a = #{b}"'], 'execute("DELETE FROM a #{where}")', false],
  ['a.py', ['order = "ASC"', 'if x:', '    order = args["o"]'], 'f"SELECT a FROM b ORDER BY a {order}"', false],
  ['a.py', ['n = int(args["n"])', 'n = args["n"]'], 'f"SELECT a FROM b LIMIT {n}"', false],
  ['a.py', ['n = args["n"]  # an int'], 'f"SELECT a FROM b LIMIT {n}"', false],
  [
    'a.php',
    ['$where = "1=1";', '$where .= " AND x=\'" . $_GET["x"] . "\'";'],
    '$db->query("SELECT * FROM t WHERE $where");',
    false,
  ],
  ['a.php', ['$w = "1";', 'if ($x) $w = $_GET["w"];'], '$db->query("SELECT * FROM t WHERE $w");', false],
  ['a.php', ['$t = (int)$x . $_GET["t"];'], '$db->query("SELECT * FROM t WHERE a = $t");', false],
  ['a.php', ['function f(string|int $id) {'], '$db->query("SELECT * FROM t WHERE a = $id");', false],
  ['a.ts', ['let where = ""', 'where += ` AND a = ${a}`'], 'q(`SELECT * FROM t WHERE ${where}`)', false],
  ['a.ts', ['function f(id: number | string) {'], 'q(`SELECT * FROM t WHERE a = ${id}`)', false],
  ['a.rb', ['where = "1=1"', 'where << " AND a = #{a}"'], 'execute("DELETE FROM a WHERE #{where}")', false],
  ['a.py', ['where = ""', 'where += f" AND a = {a}"'], 'f"SELECT a FROM b WHERE {where}"', false],
  ['a.py', ['where = "1=1"', 'for where in parts:', '    x()'], 'f"SELECT a FROM b WHERE {where}"', false],
  ['a.py', ['    where = ""', '    for a in b:'], '        f"SELECT a FROM b WHERE {where}"', false],
  [
    'a.py',
    ['def f(order):', '    if not order:', '        order = "id"'],
    '    execute(f"SELECT a FROM b ORDER BY {order}")',
    false,
  ],
  [
    'a.py',
    ['def f(order):', '    if not order:', '        order = "id"', '    execute('],
    '        f"SELECT a FROM b ORDER BY {order}")',
    false,
  ],
  ['a.js', ['if (!order) {', 'order = "id"', '}'], 'q(`SELECT a FROM b ORDER BY ${order}`)', false],
  ['a.js', ['if (!order)', 'order = "id"'], 'q(`SELECT a FROM b ORDER BY ${order}`)', false],
  [
    'a.go',
    ['func byNumber(id int) {', '  f(id)', '}', 'func byName(id string) {'],
    '  db.Query("SELECT a FROM b WHERE id = \'" + id + "\'")',
    false,
  ],
  ['a.go', ['func f(id int) {', '}', 'func g() {'], '  db.Query("SELECT a FROM b WHERE id = " + id)', false],
  ['a.go', ['func f(id int) {', '  g()', '}'], 'db.Query("SELECT a FROM b WHERE id = " + id)', false],
  ['a.go', ['// name int'], 'db.Query("SELECT a FROM b WHERE id = " + name)', false],
  [
    'a.java',
    ['void find(int id) {', '}', 'void find(String id) {'],
    '  st.execute("SELECT a FROM b WHERE id = \'" + id + "\'");',
    false,
  ],
  ['a.java', ['public void find(int id) {'], '  st.execute("SELECT a FROM b WHERE id = " + id);', true],
  ['a.java', ['long id = Long.parseLong(text);'], 'st.execute("SELECT a FROM b WHERE id = " + id);', true],
  ['a.php', ['$times = (int) $x;'], "$db->query('SET @@wait = ' . $time);", false],
] as const)(
  'in %s, below %j, a value is a number or a text of the source by what stands above it: %s',
  (path, above, line, isOwn) => {
    expect(putsOnlyNames(path, [line], above)).toBe(isOwn);
  },
);

test('a statement is read to its end, however many lines it has', () => {
  const lines = ['cur.execute(f"""', 'SELECT * FROM {table}', ...Array<string>(30).fill('AND a'), '"""', ')'];
  expect(putsOnlyNames('a.py', lines)).toBe(true);
  const late = [...lines.slice(0, -2), "WHERE name = '{name}'", ...lines.slice(-2)];
  expect(putsOnlyNames('a.py', late)).toBe(false);
  const claim = {
    path: 'a.py',
    tool: 'ruff',
    rule: 'S608',
    severity: 'warning',
    confidence: 0.5,
    message: '',
  } as const;
  expect(isMeant({ ...claim, line: 1, endLine: late.length }, late)).toBe(true);
  expect(isMeant({ ...claim, line: 1, endLine: lines.length }, lines)).toBe(false);
});

test('a statement of many places, and one that no quote ends, take a moment', () => {
  const started = process.cpuUsage();
  putsOnlyNames('a.ts', Array<string>(5000).fill('`${t}` + "'.repeat(10)));
  putsOnlyNames('a.ts', ['`SELECT', ...Array<string>(5000).fill('FROM ${t}, "x" '.repeat(10)), '`']);
  putsOnlyNames('a.py', Array<string>(5000).fill(`f'{'.repeat(50)`));
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(1000);
});
