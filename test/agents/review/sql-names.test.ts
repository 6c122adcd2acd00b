/** A statement of SQL is reported for the values that are put into it, and not for names of tables that no parameter could be. */
import { expect, test } from 'vitest';
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
])('%s puts more than names into its statement, or it is not known what: %s', (path, line) => {
  expect(putsOnlyNames(path, [line])).toBe(false);
});
